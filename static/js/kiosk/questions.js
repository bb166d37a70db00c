// The questions that a booth asks, one at a time, answered by a touch.

import { make } from "../parts.js";
import { screenful } from "./screenful.js";
import { say } from "./settings.js";
import { define, draw, find, write } from "./views.js";

/** As many answers as stand on one screen in full size, the way to the others among them. */
const AT_ONCE = 6;

/** @param {import("./flow.js").Flow} flow */
export function defineQuestions(flow) {
  let from = 0;
  let shown = null;
  define("questions", () => {
    const { asked } = flow.person;
    if (!asked) return;
    const question = asked.questions[asked.at];
    if (question !== shown) from = 0;
    shown = question;
    drawQuestion(question, from);
  });
  find("question-choices").addEventListener("click", (event) => {
    const touched = event.target.closest("button");
    if (!touched) return;
    if (touched.dataset.choice !== undefined) return flow.answer(touched.dataset.choice);
    from = Number(touched.dataset.from);
    draw();
  });
}

function drawQuestion({ label, required, choices }, from) {
  write(find("question-label"), label);
  find("question-skip").hidden = required;
  const { shown, next } = screenful(choices, from, AT_ONCE);
  const tiles = shown.map(choiceTile);
  if (next !== null) tiles.push(othersTile(next));
  find("question-choices").replaceChildren(...tiles);
  find("question-choices").style.setProperty("--count", String(tiles.length));
  find("question-choices").dataset.many = String(tiles.length > 5);
}

function othersTile(next) {
  const button = make("button", "touch touch--others", say("other_answers"));
  button.type = "button";
  button.dataset.from = String(next);
  return button;
}

function choiceTile(choice) {
  const button = make("button", "touch", choice);
  button.type = "button";
  button.dataset.choice = choice;
  return button;
}
