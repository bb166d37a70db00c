// The questions that a booth asks, one at a time, answered by a touch.

import { make } from "../parts.js";
import { define, find, write } from "./views.js";

/** @param {import("./flow.js").Flow} flow */
export function defineQuestions(flow) {
  define("questions", () => drawQuestion(flow.person.asked));
  find("question-choices").addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]");
    if (choice) flow.answer(choice.dataset.choice);
  });
}

function drawQuestion(asked) {
  if (!asked) return;
  const question = asked.questions[asked.at];
  write(find("question-label"), question.label);
  find("question-skip").hidden = question.required;
  find("question-choices").replaceChildren(...question.choices.map(choiceTile));
  find("question-choices").style.setProperty("--count", String(question.choices.length));
  find("question-choices").dataset.many = String(question.choices.length > 5);
}

function choiceTile(choice) {
  const button = make("button", "touch", choice);
  button.type = "button";
  button.dataset.choice = choice;
  return button;
}
