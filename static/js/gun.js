// A scanner gun types a code, most often with Enter or Tab after it. This listens for it anywhere on the page.
//
// A gun is known by the mean gap of its keys (guns 1–38 ms, people over 60): judging single gaps would cut a burst
// in two where the machine stalls. Keys are read by `code`, which input methods and layouts leave alone.

import { hasCheckDigit, read } from "./codes.js";

export const CODE_LENGTH = 16;
const LONGEST_PAUSE = 150;
const GUN_MEAN_GAP = 50;
const FEWEST_KEYS = 6;
const LONGEST_TEXT = 200;
const REPEATS_WITHIN = 2000;
const STRAY_ENTER_WITHIN = 500;
const UNDO_COMPOSED_FOR = 300;

const OTHER_KEYS = {
  Space: "  ", Minus: "-_", NumpadSubtract: "--", Slash: "/?", NumpadDivide: "//", Period: ".>", NumpadDecimal: "..",
  Semicolon: ";:", Equal: "=+", NumpadAdd: "++", Comma: ",<", Quote: "'\"", BracketLeft: "[{", BracketRight: "]}",
  Backslash: "\\|", Backquote: "`~",
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
// A gun that lets go of Shift too early types the colon of an address as a semicolon.
const UNSHIFTED_SCHEME = /(https?);(?=\/\/)/i;
// What a gun says of the kind of symbol: ]Q3 before a QR code.
const SYMBOL_NAMES = /(^|[0-9]{16})\][A-Za-z][0-9A-Za-z]/g;

/**
 * Return the codes at the end of what a gun typed: bare, spaced, in an address or after a prefix; two where it read
 * twice in one burst.
 * @param {string} text
 * @param {number} seam where the longest pause was: two different codes are two only if it is between them
 * @returns {string[]} none where it is no code
 */
export function codesIn(text, seam = NaN) {
  const plain = text.trim().replace(SYMBOL_NAMES, "$1").replace(UNSHIFTED_SCHEME, "$1:");
  const half = plain.slice(0, plain.length / 2);
  if (half + half === plain && codesIn(half).length) return codesIn(half);
  const run = /^(.*?)([0-9][0-9 -]*)$/s.exec(unshifted(plain));
  if (!run) return [];
  // Before the digits may stand letters, or the address of a card; anything else is another gun's.
  const address = plain.search(/https?:/i);
  if (/[0-9/:]/.test(run[1])) return [read(plain.slice(Math.max(0, address))).digits].filter((code) => code.length === CODE_LENGTH);
  const digits = digitsOf(run[2]);
  if (digits.length === CODE_LENGTH) return hasCheckDigit(digits) ? [digits] : [];
  const [one, two] = [digits.slice(0, CODE_LENGTH), digits.slice(CODE_LENGTH)];
  const areTwo = one === two || digitsOf(text.slice(seam).replace(SYMBOL_NAMES, "$1")) === two;
  return two.length === CODE_LENGTH && areTwo && read(one).digits && read(two).digits ? [...new Set([one, two])] : [];
}

const digitsOf = (text) => text.replace(/[^0-9]/g, "");

/** Guns set to a French keyboard hold Shift for digits. */
function unshifted(text) {
  if (!/^[)!@#$%^&*(]+$/.test(text)) return text;
  return [...text].map((sign) => SHIFTED_DIGITS.indexOf(sign)).join("");
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

const ENDS = /^(?:(?:Numpad)?Enter|Tab)$/;
const CONTROL_ENDS = /^Key[CJM]$/;
const named = (press) => press.code || press.key || "";
const endsBurst = (press) => ENDS.test(named(press));
const isAlt = (press) => /^Alt/.test(named(press));
const isModifier = (press) => /^(?:Shift|Control|Alt|Meta|CapsLock|NumLock)/.test(named(press));
const numpad = (press) => /^Numpad([0-9])$/.exec(press.code)?.[1] ?? "";

/**
 * What a key was. `began`: it starts a burst. `swallow`: the page must not see it. `text`: what a gun typed, and
 * `codes`, what is read in it; `end`: the key that ended it, "" where it fell silent. `mixed`: two guns typed at the
 * same time.
 * @typedef {{began: boolean, swallow: boolean, text: string | null, codes: string[], end: string, mixed: boolean}} Heard
 */

/** @type {Heard} */
const NOTHING = { began: false, swallow: false, text: null, codes: [], end: "", mixed: false };

/** The listener without a page: feed it keys and silences, it tells what they were. */
export class Burst {
  #text = "";
  #keys = 0;
  #first = 0;
  #last = -Infinity;
  #ended = -Infinity;
  #bySilence = false;
  #widest = { gap: 0, at: 0 };
  #alt = "";
  // The digits of a burst that was no code: what follows it at once is the rest of two guns' keys.
  #spoilt = 0;
  #isToldMixed = false;

  /**
   * @param {{code: string, key?: string, shiftKey?: boolean, repeat?: boolean, ctrlKey?: boolean, altKey?: boolean,
   *   metaKey?: boolean, timeStamp: number}} press
   * @returns {Heard}
   */
  press(press) {
    if (press.repeat || press.metaKey) return NOTHING;
    if (press.ctrlKey) return this.#control(press);
    if (press.altKey || isAlt(press)) return this.#altKey(press);
    if (isModifier(press)) return NOTHING;
    this.#alt = "";
    return endsBurst(press) ? this.#end(press.timeStamp, named(press)) : this.#key(press.timeStamp, typed(press));
  }

  /**
   * A key was let go: some guns type each character as Alt and its number.
   * @returns {Heard}
   */
  release(press) {
    if (!isAlt(press) || !this.#alt) return NOTHING;
    const number = Number(this.#alt);
    this.#alt = "";
    if (number === 13 || number === 9) return this.#end(press.timeStamp, number === 9 ? "Tab" : "Enter");
    return { ...this.#key(press.timeStamp, number >= 32 ? String.fromCharCode(number) : ""), swallow: true };
  }

  /** How long it may be silent before a gun without Enter has ended; null where nothing can have. */
  get silentAt() {
    return this.#keys >= CODE_LENGTH ? this.#last + LONGEST_PAUSE : null;
  }

  /**
   * No key came since `silentAt`.
   * @returns {Heard}
   */
  silence() {
    if (this.silentAt === null) return NOTHING;
    const now = this.#last;
    const heard = this.#end(now, "");
    this.#bySilence = heard.text !== null;
    return heard;
  }

  #key(now, character) {
    if (this.#isTail(now)) return this.#tail(now, true);
    const gap = now - this.#last;
    const began = gap > LONGEST_PAUSE;
    if (began) this.#restart(now);
    else if (gap > this.#widest.gap) this.#widest = { gap, at: this.#text.length };
    this.#last = now;
    this.#keys += 1;
    this.#text = (this.#text + character).slice(-LONGEST_TEXT);
    return { ...NOTHING, began };
  }

  /** Start and end of text are Ctrl and a letter; in a burst they must not open what the browser has on them. */
  #control(press) {
    if (!this.#isGun(press.timeStamp)) return NOTHING;
    return CONTROL_ENDS.test(press.code) ? this.#end(press.timeStamp, press.code) : { ...NOTHING, swallow: true };
  }

  #altKey(press) {
    if (isAlt(press)) this.#alt = "";
    this.#alt += numpad(press);
    if (!isAlt(press) && !numpad(press)) return NOTHING;
    return { ...this.#key(press.timeStamp, ""), swallow: Boolean(numpad(press)) };
  }

  #isTail(now) {
    return this.#spoilt > 0 && now - this.#ended <= LONGEST_PAUSE;
  }

  #tail(now, isMixed) {
    this.#ended = now;
    const mixed = isMixed && !this.#isToldMixed;
    this.#isToldMixed ||= mixed;
    return { ...NOTHING, swallow: true, mixed };
  }

  #restart(now) {
    this.#text = "";
    this.#keys = 0;
    this.#first = now;
    this.#widest = { gap: 0, at: 0 };
    this.#spoilt = 0;
    this.#isToldMixed = false;
  }

  #isGun(now) {
    return this.#keys >= FEWEST_KEYS && now - this.#last <= LONGEST_PAUSE && this.#meanGap(now) <= GUN_MEAN_GAP;
  }

  #meanGap(now) {
    return (now - this.#first) / this.#keys;
  }

  #end(now, end) {
    // Some guns send Enter twice; the second must not press what has the focus.
    const again = now - this.#ended <= (this.#bySilence ? STRAY_ENTER_WITHIN : LONGEST_PAUSE);
    if (this.#keys === 0 && this.#isTail(now)) return this.#tail(now, this.#spoilt >= 2 * CODE_LENGTH);
    if (!this.#isGun(now)) {
      this.#restart(now);
      this.#last = -Infinity;
      return { ...NOTHING, swallow: again };
    }
    const text = this.#text;
    const heard = { ...NOTHING, swallow: true, text, codes: codesIn(text, this.#widest.at), end };
    this.#restart(now);
    this.#last = -Infinity;
    this.#ended = now;
    this.#bySilence = false;
    this.#spoilt = heard.codes.length ? 0 : digitsOf(text).length;
    return heard;
  }
}

/** A gun that repeats itself: the same code is one scan for as long as two seconds have not passed without it. */
export class Repeats {
  #seen = new Map();

  /** @param {string} code @param {number} now */
  isRepeat(code, now) {
    const before = this.#seen.get(code) ?? -Infinity;
    for (const [old, at] of this.#seen) if (now - at > REPEATS_WITHIN) this.#seen.delete(old);
    this.#seen.set(code, now);
    return now - before <= REPEATS_WITHIN;
  }
}

/** What stood in the focused field, and how it comes back, also from what an input method still puts there. */
class Field {
  #kept = null;
  #until = -Infinity;
  #isComposing = false;

  keep() {
    const field = document.activeElement;
    const isField = field && "value" in field && field.tagName !== "BUTTON";
    this.#kept = isField ? { field, value: field.value } : null;
  }

  restore(now) {
    this.#until = now + UNDO_COMPOSED_FOR;
    if (this.#kept && this.#isComposing) {
      // Leaving the field ends the composing.
      this.#kept.field.blur();
      this.#kept.field.focus();
    }
    this.#putBack();
  }

  /** Hear the input method; what it writes just after a gun's burst goes. */
  composed(event) {
    if (event.type === "compositionstart") this.#isComposing = true;
    if (event.type === "compositionend") this.#isComposing = false;
    if (event.isTrusted && this.#kept?.field === event.target && event.timeStamp <= this.#until) this.#putBack();
  }

  #putBack() {
    if (!this.#kept || this.#kept.field.value === this.#kept.value) return;
    this.#kept.field.value = this.#kept.value;
    this.#kept.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/**
 * Hear every gun's burst on the whole page, as it is.
 * @param {(heard: Heard, now: number) => void} onHeard called for each text and for two guns at once
 * @returns {() => void} stops listening
 */
export function hearAll(onHeard) {
  const burst = new Burst();
  const field = new Field();
  let timer = 0;
  const take = (heard, now) => {
    if (heard.began) field.keep();
    if (heard.text !== null || heard.mixed) {
      field.restore(now);
      onHeard(heard, now);
    }
  };
  const listenOn = () => {
    clearTimeout(timer);
    const at = burst.silentAt;
    if (at !== null) timer = setTimeout(afterSilence, Math.max(0, at - performance.now()), at);
  };
  // A key may have come while this page was busy and still wait behind the timer: those go first.
  const afterSilence = (at) => { timer = setTimeout(() => burst.silentAt === at && take(burst.silence(), performance.now()), 20); };
  const hear = (event) => {
    const heard = event.type === "keyup" ? burst.release(event) : burst.press(event);
    if (heard.swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    take(heard, event.timeStamp);
    listenOn();
  };
  const compose = (event) => field.composed(event);
  const heardBy = { keydown: hear, keyup: hear, compositionstart: compose, compositionend: compose, input: compose };
  for (const [kind, by] of Object.entries(heardBy)) window.addEventListener(kind, by, true);
  return () => {
    clearTimeout(timer);
    for (const [kind, by] of Object.entries(heardBy)) window.removeEventListener(kind, by, true);
  };
}

/**
 * Hear guns. `onScan` gets a code, `onBad` the text of a burst that is none (the server keeps it), `onMixed` is told of
 * two guns at once. A gun that repeats itself is heard once.
 * @param {{onScan: (code: string) => void, onBad: (text: string) => void, onMixed: () => void}} heard
 * @returns {() => void} stops listening
 */
export function listen({ onScan, onBad, onMixed }) {
  const repeats = new Repeats();
  let bad = 0;
  return hearAll(({ text, codes, mixed }, now) => {
    clearTimeout(bad);
    if (mixed) return onMixed();
    // Whether another gun typed into it shows in what comes next.
    if (!codes.length) return (bad = setTimeout(onBad, LONGEST_PAUSE, text));
    return codes.filter((code) => !repeats.isRepeat(code, now)).forEach(onScan);
  });
}
