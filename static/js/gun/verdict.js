// What a gun's burst says of the gun: whether it may be used, and what is worth changing.

import { CODE_LENGTH } from "../gun.js";

/**
 * What was noticed of the keys of a burst, beside what the listener heard.
 * @typedef {{keys: number, gap: number, isComposed: boolean, isCapsLocked: boolean, isOtherLayout: boolean}} Noticed
 *   `gap`: the mean of its keys in milliseconds; `isComposed`: an input method was on
 * @typedef {{state: "welcome" | "refused", key: string, end: string, notes: string[]}} Verdict
 */

/**
 * Judge a burst.
 * @param {{text: string | null, codes: string[], end: string, mixed: boolean}} heard
 * @param {Noticed} noticed
 * @param {boolean} isRepeat the same code within two seconds
 * @returns {Verdict}
 */
export function judge(heard, noticed, isRepeat) {
  if (heard.mixed) return refused("mixed");
  if (heard.text === null) return refused("slow");
  if (!heard.codes.length) return refused(whatIsWrong(heard.text));
  return { state: "welcome", key: isRepeat ? "repeated" : "good", end: ending(heard.end), notes: notes(heard, noticed) };
}

const refused = (key) => ({ state: "refused", key, end: "", notes: [] });

function whatIsWrong(text) {
  const digits = text.replace(/[^0-9]/g, "").length;
  if (!digits) return "letters";
  return digits < CODE_LENGTH ? "short" : "other";
}

function ending(key) {
  if (/Enter|^Key[JM]$/.test(key)) return "enter";
  return key === "Tab" ? "tab" : "none";
}

function notes({ text, codes, end }, { isComposed, isCapsLocked, isOtherLayout }) {
  const isBare = text.trim().replace(/[ -]/g, "") === codes[0];
  const found = {
    prefix: !isBare && !/^https?:/i.test(text.trim()),
    no_end: ending(end) === "none",
    composed: isComposed,
    caps: isCapsLocked,
    layout: isOtherLayout,
  };
  return Object.keys(found).filter((key) => found[key]);
}
