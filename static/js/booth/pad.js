// Six digits on a large pad, by finger or by the keys of a laptop.

import { make } from "../parts.js";

const LENGTH = 6;
const GUN_PAUSE = 150;
const SETTLED_AFTER = 400;

export class Pad {
  #digits = "";
  #before = "";
  #lastKey = -Infinity;
  #timer = 0;

  /**
   * @param {{pad: HTMLElement, shown: HTMLElement}} where
   * @param {{onChange?: () => void, onFull?: (digits: string) => void, isOpen: () => boolean}} told
   *   `onFull`: six digits stand there, and no gun typed them
   */
  constructor({ pad, shown }, { onChange = () => {}, onFull = () => {}, isOpen }) {
    Object.assign(this, { shown, onChange, onFull, isOpen });
    pad.addEventListener("click", (event) => {
      const key = event.target.closest("[data-digit]")?.dataset.digit;
      if (key) this.#press(key, 0);
    });
    window.addEventListener("keydown", (event) => this.#type(event));
    this.#draw();
  }

  get digits() {
    return this.#digits;
  }

  /** Let these stand there, as if somebody had typed them. @param {string} digits */
  put(digits) {
    this.#set(digits);
  }

  get isFull() {
    return this.#digits.length === LENGTH;
  }

  clear() {
    this.#set("");
  }

  /** What came last was typed by a gun: it is no number of the volunteer's. */
  forgetBurst() {
    clearTimeout(this.#timer);
    this.#set(this.#before);
    this.#lastKey = -Infinity;
  }

  #type(event) {
    const key = { Backspace: "delete", Delete: "clear" }[event.code] ?? /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
    if (!this.isOpen() || key === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - this.#lastKey > GUN_PAUSE) this.#before = this.#digits;
    this.#lastKey = event.timeStamp;
    this.#press(key, SETTLED_AFTER);
  }

  #press(key, settle) {
    const digits = this.#digits;
    if (key === "clear") this.#set("");
    else this.#set(key === "delete" ? digits.slice(0, -1) : (digits + key).slice(0, LENGTH));
    clearTimeout(this.#timer);
    if (!this.isFull || this.#digits === digits) return;
    // A gun's digits run through here too; its Enter takes them away again before this is reached.
    if (settle) this.#timer = setTimeout(() => this.isFull && this.onFull(this.#digits), settle);
    else this.onFull(this.#digits);
  }

  #set(digits) {
    this.#digits = digits;
    this.#draw();
    this.onChange();
  }

  #draw() {
    const boxes = Array.from({ length: LENGTH }, (_, at) =>
      make("span", `keypad__digit ${this.#digits[at] ? "keypad__digit--set" : ""}`, this.#digits[at] ?? ""));
    this.shown.replaceChildren(...boxes);
  }
}
