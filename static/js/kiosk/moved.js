// When the laptop's address has changed: a volunteer, called by the bell, types the new one, and this kiosk goes on there with
// what it holds. The page of the old address stays open behind: nothing is lost by a slip of the finger.

import { addressIn, carryTo, mayHaveMoved } from "../carry.js";
import { say } from "./settings.js";
import { define, draw, find, show, write } from "./views.js";

const LONGEST = "255.255.255.255:65535".length;

/**
 * @param {import("../station.js").Station} station
 * @returns {{begin: () => void, go: () => void, offer: (since: number | null) => void}} `offer`: the way is open once the
 *   server has been away for long, since that moment of the page
 */
export function defineMoved(station) {
  const state = { typed: "", told: "" };
  define("moved", () => {
    write(find("moved-shown"), state.typed || "\u00a0");
    write(find("moved-told"), state.told);
  });
  find("moved-pad").addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]")?.dataset.digit;
    if (!key) return;
    Object.assign(state, { typed: pressed(state.typed, key), told: "" });
    draw();
  });
  return {
    begin() {
      Object.assign(state, { typed: "", told: "" });
      show("moved");
    },
    go() {
      const address = addressIn(state.typed);
      if (address) return carryTo(address, station);
      state.told = say("moved_bad");
      return draw();
    },
    offer(since) {
      find("moved").hidden = !mayHaveMoved(station, since);
    },
  };
}

const pressed = (typed, key) => (key === "delete" ? typed.slice(0, -1) : (typed + key).slice(0, LONGEST));
