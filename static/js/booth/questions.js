// What a booth asks at check-in: the volunteer answers for the person, and the scan is sent again.

import { make } from "../parts.js";
import { chime } from "../sound.js";
import { find, say, show, write } from "./page.js";

export class Questions {
  #waiting = [];

  /** @param {(scan: object, answers: Record<string, string>) => void} onAnswered */
  constructor(onAnswered) {
    this.onAnswered = onAnswered;
    find("question-choices").addEventListener("click", (event) => {
      const choice = event.target.closest("[data-choice]");
      if (choice) this.answer(choice.dataset.choice);
    });
    find("question-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(find("question-text").value.trim());
    });
  }

  get isAsking() {
    return this.#waiting.length > 0;
  }

  /** The scans that wait for answers, as far as they have come, and what is being typed. */
  get asking() {
    return { waiting: this.#waiting, text: find("question-text").value };
  }

  /** Go on asking. @param {Questions["asking"]} asking */
  reopen({ waiting, text }) {
    this.#waiting = waiting;
    if (!this.isAsking) return;
    this.#draw();
    find("question-text").value = text;
  }

  /** Ask for a scan; scans that need answers meanwhile wait their turn. */
  ask(scan, questions) {
    this.#waiting.push({ scan, questions, answers: {}, at: 0 });
    chime("kept");
    if (this.#waiting.length === 1) this.#draw();
  }

  /** Answer the question that is shown; "" leaves it out where that is allowed. @param {string} text */
  answer(text) {
    const [asked] = this.#waiting;
    const question = asked?.questions[asked.at];
    if (!question || (question.required && !text)) return;
    if (text) asked.answers[question.key] = text;
    asked.at += 1;
    if (asked.at < asked.questions.length) return this.#draw();
    this.drop();
    this.onAnswered(asked.scan, asked.answers);
  }

  /** Leave it: nobody is checked in. */
  drop() {
    this.#waiting.shift();
    if (this.isAsking) this.#draw();
    else show("scan");
  }

  #draw() {
    const { questions, at } = this.#waiting[0];
    const { label, choices, required } = questions[at];
    show("question");
    write(find("question-label"), label);
    write(find("question-at"), questions.length > 1 ? say("question_of", { at: at + 1, all: questions.length }) : "");
    find("question-choices").replaceChildren(...(choices ?? []).map(choiceButton));
    find("question-choices").hidden = !choices;
    find("question-form").hidden = Boolean(choices);
    find("question-skip").hidden = required;
    find("question-text").value = "";
    if (!choices) find("question-text").focus();
  }
}

function choiceButton(choice) {
  const button = make("button", "button button--phone question__choice", choice);
  button.type = "button";
  button.dataset.choice = choice;
  return button;
}
