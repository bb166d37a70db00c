// A form that was just sent is not sent again by a second press: cards would be made twice.

const AGAIN_AFTER = 3_000;
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), AGAIN_AFTER);
});
