// A scanner gun types a code and presses Enter. This listens for it anywhere on the page.
//
// A gun is known by the mean gap of its keys (guns 1–38 ms, people over 60): judging single gaps would cut a burst
// in two where the machine stalls. Keys are read by `code`, which input methods and layouts leave alone.

import { hasCheckDigit } from "./codes.js";

export const CODE_LENGTH = 16;
const LONGEST_PAUSE = 150;
const GUN_MEAN_GAP = 50;
const FEWEST_KEYS = 6;
const LONGEST_TEXT = 200;

const OTHER_KEYS = {
  Space: "  ", Minus: "-_", NumpadSubtract: "--", Slash: "/?", NumpadDivide: "//", Period: ".>", NumpadDecimal: "..",
  Semicolon: ";:", Equal: "=+", NumpadAdd: "++", Comma: ",<", Quote: "'\"", BracketLeft: "[{", BracketRight: "]}",
  Backslash: "\\|", Backquote: "`~",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";

/**
 * Return the 16-digit code at the end of what a gun typed (bare, spaced or in an address), or null.
 * @param {string} text
 * @returns {string | null}
 */
export function codeIn(text) {
  const run = /[0-9][0-9 -]*$/.exec(text.trim());
  const digits = run ? run[0].replace(/[ -]/g, "") : "";
  return digits.length === CODE_LENGTH && hasCheckDigit(digits) ? digits : null;
}

/**
 * Return the character of a key on the layout that guns use, "" for keys that type nothing.
 * @param {{code: string, key?: string, shiftKey?: boolean}} press
 */
export function typed(press) {
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code);
  if (digit) return press.shiftKey && press.code[0] === "D" ? SHIFTED_DIGITS[Number(digit[1])] : digit[1];
  const letter = /^Key([A-Z])$/.exec(press.code);
  if (letter) return press.shiftKey ? letter[1] : letter[1].toLowerCase();
  if (press.code in OTHER_KEYS) return OTHER_KEYS[press.code][press.shiftKey ? 1 : 0];
  // Some tablets report guns without `code`.
  return !press.code && /^[0-9]$/.test(press.key ?? "") ? press.key : "";
}

const endsBurst = (press) => /^(?:(?:Numpad)?Enter|Tab)$/.test(press.code || press.key || "");
const isModifier = (press) => /^(?:Shift|Control|Alt|Meta|CapsLock|NumLock)/.test(press.code || press.key || "");

/** @typedef {{began: boolean, swallow: boolean, text: string | null}} Heard */

/**
 * The listener without a page: feed it key presses, it tells what they were.
 * `began` says that this press starts a burst, `swallow` that the page must not see it, `text` is what a gun typed.
 */
export class Burst {
  #text = "";
  #keys = 0;
  #first = 0;
  #last = -Infinity;
  #ended = -Infinity;

  /**
   * @param {{code: string, key?: string, shiftKey?: boolean, repeat?: boolean, ctrlKey?: boolean, altKey?: boolean,
   *   metaKey?: boolean, timeStamp: number}} press
   * @returns {Heard}
   */
  press(press) {
    const nothing = { began: false, swallow: false, text: null };
    if (press.repeat || press.ctrlKey || press.altKey || press.metaKey || isModifier(press)) return nothing;
    if (endsBurst(press)) return this.#end(press.timeStamp);
    const began = press.timeStamp - this.#last > LONGEST_PAUSE;
    if (began) this.#restart(press.timeStamp);
    this.#last = press.timeStamp;
    this.#keys += 1;
    this.#text = (this.#text + typed(press)).slice(-LONGEST_TEXT);
    return { ...nothing, began };
  }

  #restart(now) {
    this.#text = "";
    this.#keys = 0;
    this.#first = now;
  }

  #end(now) {
    const again = now - this.#ended <= LONGEST_PAUSE;
    const isGun = this.#keys >= FEWEST_KEYS && now - this.#last <= LONGEST_PAUSE
      && (now - this.#first) / this.#keys <= GUN_MEAN_GAP;
    const text = isGun ? this.#text : null;
    this.#restart(now);
    this.#last = -Infinity;
    if (isGun) this.#ended = now;
    // Some guns send Enter twice; the second must not press what has the focus.
    return { began: false, swallow: isGun || again, text };
  }
}

function snapshot() {
  const field = document.activeElement;
  return field && "value" in field && field.tagName !== "BUTTON" ? { field, value: field.value } : null;
}

function restore(kept) {
  if (!kept || kept.field.value === kept.value) return;
  kept.field.value = kept.value;
  kept.field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Hear the gun on the whole page. `onScan` gets a code; `onBad` the text of a burst that is none (the server keeps it).
 * @param {{onScan: (code: string) => void, onBad: (text: string) => void}} heard
 * @returns {() => void} stops listening
 */
export function listen({ onScan, onBad }) {
  const burst = new Burst();
  let kept = null;
  const hear = (event) => {
    const { began, swallow, text } = burst.press(event);
    if (began) kept = snapshot();
    if (swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (text === null) return;
    restore(kept);
    const code = codeIn(text);
    if (code) onScan(code);
    else onBad(text);
  };
  window.addEventListener("keydown", hear, true);
  return () => window.removeEventListener("keydown", hear, true);
}
