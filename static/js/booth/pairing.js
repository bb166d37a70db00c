// A device that is no station yet: six digits of the organiser's, on the pad or in the address.

import { codeInAddress, Unanswered } from "../station.js";
import { Pad } from "./pad.js";
import { find, hour, say, show, showing, write } from "./page.js";

/**
 * @param {import("../station.js").Station} station
 * @param {() => void} onPaired
 */
export function definePairing(station, onPaired) {
  let busy = false;
  const pad = new Pad(
    { pad: find("pair-pad"), shown: find("pair-shown") },
    { isOpen: () => showing() === "pair" && !busy, onChange: () => write(find("pair-told"), ""), onFull: pair },
  );

  async function pair(code) {
    if (busy) return;
    busy = true;
    write(find("pair-told"), say("pairing"));
    const trouble = await outcome(() => station.pair(code, say("device_name", { time: hour(new Date()) })));
    busy = false;
    pad.clear();
    write(find("pair-told"), trouble);
    if (!trouble) onPaired();
  }

  return {
    /** Take the code that the address brought; returns whether it did. */
    fromAddress() {
      const code = codeInAddress();
      if (!code) return false;
      this.open();
      pair(code);
      return true;
    },
    /** Show the pad, and why. @param {string} [why] */
    open(why = "") {
      pad.clear();
      show("pair");
      write(find("pair-told"), why);
    },
    get digits() {
      return pad.digits;
    },
    /** Go on with digits that were pressed before. @param {string} digits */
    put: (digits) => pad.put(digits),
    forgetBurst: () => pad.forgetBurst(),
  };
}

/** Ask, and return "" when the device is enrolled, else what to tell. */
async function outcome(ask) {
  try {
    const { status, body } = await ask();
    return status === 201 ? "" : body?.message || say("pair_failed");
  } catch (error) {
    if (error instanceof Unanswered) return say("pair_failed");
    throw error;
  }
}
