// The questions of a booth: as many as wanted. Without this script there is always one empty question more.

const list = document.querySelector('[data-part="questions"]');
const blank = document.querySelector('[data-part="blank"]');
const another = document.querySelector('[data-act="another"]');
let next = list.querySelectorAll(".question").length;

function bind(question) {
  const drop = question.querySelector('[data-act="drop"]');
  drop.hidden = false;
  drop.addEventListener("click", () => {
    question.remove();
    another.focus();
  });
}

function add() {
  const made = document.createElement("div");
  made.innerHTML = blank.innerHTML.replaceAll("NEXT", String(next));
  next += 1;
  const question = made.firstElementChild;
  list.append(question);
  bind(question);
  question.querySelector("input:not([type=hidden])").focus();
}

list.querySelectorAll(".question").forEach(bind);
another.hidden = false;
another.addEventListener("click", add);
