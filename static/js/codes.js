// The codes on cards, and every way in which one may be written: what festival/codes.py reads, read in the page.

const DAMM = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];
const SEPARATORS = /[ \u3000\t\r\n-]/g;
const FULL_WIDTH = /[\uff10-\uff19]/g;
const CODE = /^(?:https?:\/\/[^/?#\s]+(?:\/[^?#]*)?\/c\/)?([0-9]{16})$/i;
const SHORT = /^[0-9]{6}$/;
const KINDS = { 10: "card", 20: "badge" };

/**
 * Tell whether the last digit is the Damm check digit of those before it.
 * @param {string} digits
 */
export function hasCheckDigit(digits) {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim][Number(digit)]);
  return digits.length > 1 && interim === 0;
}

/**
 * Read a scanned text.
 * @param {string} text
 * @returns {{kind: "card" | "short" | "badge" | "nothing", digits: string}} no digits where it is no code
 */
export function read(text) {
  const written = text.replace(SEPARATORS, "")
    .replace(FULL_WIDTH, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  const digits = SHORT.test(written) ? written : CODE.exec(written)?.[1] ?? "";
  if (!digits || !hasCheckDigit(digits)) return { kind: "nothing", digits: "" };
  if (digits.length === 6) return { kind: "short", digits };
  const kind = KINDS[digits.slice(0, 2)];
  return kind ? { kind, digits } : { kind: "nothing", digits: "" };
}

/** Digits of what else people hold to a reader: what they buy (8 or 13), and a phone that is to pay (18). */
const OTHER_DIGITS = /^(\d{8}|\d{13}|\d{18})$/;

/**
 * Return whether a text that no card's code is in can't be a card that was read badly: a poster's address, a bottle's code.
 * @param {string} text
 */
export const isOtherCode = (text) => /[a-z]/i.test(text) || OTHER_DIGITS.test(text.trim());

/**
 * Return the 16-digit code that a text is, however it is written, or null.
 * @param {string} text
 */
export function codeIn(text) {
  const { kind, digits } = read(text);
  return kind === "card" || kind === "badge" ? digits : null;
}
