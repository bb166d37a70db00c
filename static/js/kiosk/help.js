// Somebody wants a volunteer: the call goes to the server, which tells the volunteers' pages, and this page says whether
// one of them is coming. Where the server is away the kiosk rings loudly by itself, says so, and goes on trying.

import { nonce } from "../nonce.js";
import { chime } from "../sound.js";
import { Unanswered } from "../station.js";
import { nameOf } from "./festival.js";
import { say, saySecond } from "./settings.js";
import { define, draw, find, show, showing, write } from "./views.js";

const ASK_EVERY = 1000;
const RING_ALONE_EVERY = 4000;

/**
 * @param {import("./flow.js").Flow} flow
 * @param {{under: () => string}} idle
 * @returns {{call: () => void, leave: () => void}}
 */
export function defineHelp(flow, idle) {
  /** `ring` waits to be sent; `told` is the call as the server knows it. */
  let state = quiet();
  let before = "";
  let isAsking = false;

  define("help", () => drawHelp(state, flow.festival));

  /** Call, or ring again: one press that is doubled is one ring, as long as it is on its way. */
  const call = () => {
    chime("ring");
    if (showing() !== "help") {
      before = idle.under();
      flow.hold();
      if (!state.ring) state = quiet();
    }
    state.ring ??= { nonce: nonce() };
    show("help");
    ask();
  };

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      await askNow();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      state.isAlone = true;
    } finally {
      isAsking = false;
    }
    if (showing() === "help") draw();
    ringAlone();
  };

  const askNow = async () => {
    // A kiosk that is not paired yet has nobody to tell.
    if (!flow.station.isPaired) throw new Unanswered("not paired");
    const { ring } = state;
    const of = state;
    const { status, body } = ring
      ? await flow.station.call("POST", "/calls", ring)
      : await flow.station.call("GET", `/calls/${of.told.id}`);
    // Too many rings: the call waits all the same, or else nobody knows of it.
    const isKnown = status === 200 || status === 201 || (status === 429 && of.told);
    Object.assign(of, { isAlone: !isKnown, told: isKnown && body.id ? body : isKnown ? of.told : null });
    // One that was pressed meanwhile is still to be sent.
    if (isKnown && of.ring === ring) of.ring = null;
  };

  const ringAlone = () => {
    if (!state.isAlone || showing() !== "help" || performance.now() - state.rangAt < RING_ALONE_EVERY) return;
    state.rangAt = performance.now();
    chime("ring");
  };

  setInterval(() => {
    // What was not delivered is sent for as long as somebody stands here; a call that waits is asked for.
    if (showing() === "help" && (state.ring || (state.told && !state.told.ended))) ask();
    else if (showing() !== "help" && showing() !== "still" && state.ring) state = quiet();
  }, ASK_EVERY);

  return {
    call,
    leave() {
      if (before === "result" || before === "day") flow.leave();
      else show(before);
    },
  };
}

const quiet = () => ({ ring: null, told: null, isAlone: false, rangAt: -Infinity });

function keyOf(told) {
  if (!told) return "help_calling";
  if (!told.ended) return "help_called";
  return told.ended === "taken" ? "help_coming" : "help_ended";
}

function drawHelp({ told, isAlone }, festival) {
  const key = isAlone ? "help_alone" : keyOf(told);
  const booth = key === "help_coming" && told.at_booth ? festival.booth(told.at_booth) : null;
  const line = booth ? "help_coming_from" : `${key}_line`;
  const values = (shown) => ({ booth: booth ? nameOf(booth, shown) : "" });
  find("help-view").dataset.help = key;
  write(find("help-title"), say(key));
  write(find("help-line"), say(line, values()));
  write(find("help-second"), saySecond(line, values("en")), "en");
}
