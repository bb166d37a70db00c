// "+1": a press that trembles is one person. The next one counts the next person, though by then the answer to the one
// before lies over the button.

const ECHO_WITHIN = 280;
const NEAR = 60;

export class WalkIn {
  #last = null;

  /** @param {() => void} count counts one person */
  constructor(count) {
    this.count = count;
    window.addEventListener("click", (event) => this.#onAnswer(event), { capture: true });
  }

  /** The button was pressed. @param {MouseEvent} event */
  press({ clientX, clientY }) {
    const now = performance.now();
    if (this.#last && now - this.#last.at < ECHO_WITHIN) return;
    this.#last = { at: now, x: clientX, y: clientY };
    this.count();
  }

  /** Something else was counted: a touch on its answer only takes that away. */
  forget() {
    this.#last = null;
  }

  #onAnswer(event) {
    const isAnswer = event.target.closest("#result") && !event.target.closest("#result-undo");
    if (!isAnswer || !this.#last || Math.hypot(event.clientX - this.#last.x, event.clientY - this.#last.y) > NEAR) return;
    event.stopImmediatePropagation();
    this.press(event);
  }
}
