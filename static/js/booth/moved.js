// When the laptop's address has changed: somebody reads the new one off its screen, and this device goes on there with
// what it holds. The page of the old address stays open: nothing is lost by a slip of the finger.

import { addressIn, carryTo, mayHaveMoved } from "../carry.js";
import { find, say, show, write } from "./page.js";

/** @param {import("../station.js").Station} station */
export function defineMoved(station) {
  function go(event) {
    event.preventDefault();
    const address = addressIn(find("moved-address").value);
    write(find("moved-told"), address ? "" : say("moved_bad"));
    if (address) carryTo(address, station);
  }

  find("moved").addEventListener("click", () => {
    write(find("moved-told"), "");
    show("moved");
  });
  find("moved-form").addEventListener("submit", go);

  return {
    /** Offer the way, once the server has been away for long. @param {number | null} since */
    draw(since) {
      find("moved").hidden = !mayHaveMoved(station, since);
    },
  };
}
