// The questions that a booth asks, one at a time, answered by a touch.

import { make } from "../parts.js";
import { screenful } from "./screenful.js";
import { say } from "./settings.js";
import { define, find, write } from "./views.js";

/** As many answers as stand on one screen in full size, the way to the others among them. */
const AT_ONCE = 6;

/** @param {import("./flow.js").Flow} flow */
export function defineQuestions(flow) {
  define("questions", () => {
    const { asked, from } = flow.person;
    if (asked) drawQuestion(asked.questions[asked.at], from);
  });
  find("question-choices").addEventListener("click", (event) => {
    const { choice, from } = event.target.closest("button")?.dataset ?? {};
    if (choice !== undefined) flow.answer(choice);
    else if (from) flow.turnTo(Number(from));
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
