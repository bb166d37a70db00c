// The card on this phone: its sixteen digits, and nothing else.

import { Kept } from "../kept.js";

const CODE = /^[0-9]{16}$/;
const kept = new Kept("laojiefang.my.card");

/** Return the card's code, null where this phone has none. */
export function code() {
  const found = kept.read();
  return CODE.test(found) ? found : null;
}

/** @param {string | null} wanted null takes the card away */
export const put = (wanted) => kept.write(wanted);

/** Whether the card is still there when the page is closed: some browsers keep nothing. */
export function keeps() {
  try {
    return JSON.parse(localStorage.getItem(kept.key)) === code();
  } catch {
    return false;
  }
}
