// A booth's page on a resident's phone: one touch checks the phone's card in.

import { fetchFaces } from "../faces.js";
import { nonce } from "../nonce.js";
import { icon } from "../parts.js";
import { chime, unlockOnTouch, vibrate } from "../sound.js";
import { Unanswered } from "../unanswered.js";
import { ask, find, hour, listen, newCard, say, show, tell } from "./page.js";
import { code, keeps, put } from "./phone.js";

const ICONS = { welcome: "circle-check", again: "clock-check", refused: "alert-triangle" };
const { slug, name, phones } = find("page").dataset;
const token = codeOfScreen();
// One touch is one nonce until it is answered: a second touch after a broken network is the same check-in.
let pending = null;
let isBusy = false;

/** Return the code that the booth's screen showed (#t=12345678), and take it out of the address: it is for now alone. */
function codeOfScreen() {
  const found = /^#t=([0-9]{8})$/.exec(location.hash);
  if (found) history.replaceState(null, "", location.pathname);
  return found?.[1] ?? null;
}

function home() {
  if (phones === "code" && !token) show("screen");
  else show(code() ? "ready" : "none");
}

async function makeCard() {
  const made = await newCard();
  if (!made) return;
  put(made);
  tell(keeps() ? say("made") : say("not_kept"));
  home();
}

async function checkIn() {
  pending ??= nonce();
  tell(say("sending"));
  try {
    const answer = await ask("/my/check-ins", { code: code(), booth: slug, nonce: pending, token });
    tell("");
    if (answer.status === 429) return await wait(answer);
    pending = null;
    return result(answer.body);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return tell(say("away"));
  }
}

/** Count down until it may be tried again. */
async function wait({ body, retryAfter }) {
  for (let n = retryAfter; n > 0; n -= 1) {
    tell(`${body.message} · ${say("wait", { n })}`);
    await new Promise((done) => { setTimeout(done, 1000); });
  }
  tell("");
}

/** Say the answer in one line; the server's own words where they tell more than the large one above. */
function lineOf({ outcome, reason, message, visit }) {
  if (outcome === "welcome") return say("welcome_line", { number: visit.number, booth: name });
  return reason === "already" ? say("again_line", { time: hour(new Date(visit.at)) }) : message;
}

function result(body) {
  const { outcome, card } = body;
  find("result").className = `result state state--${outcome}`;
  find("result-icon").replaceChildren(icon(ICONS[outcome]));
  find("result-word").textContent = say(outcome);
  find("result-line").textContent = lineOf(body);
  find("result-card").textContent = card ? say("card", card) : "";
  find("result").hidden = false;
  find("result-close").focus();
  chime(outcome);
  vibrate(outcome);
}

/** Do one thing at a time: a button that is touched twice does it once. */
function once(act) {
  return async (button) => {
    if (isBusy) return;
    isBusy = true;
    button.disabled = true;
    await act().finally(() => { isBusy = false; });
    button.disabled = false;
  };
}

listen({ "check-in": once(checkIn), "new-card": once(makeCard), close: () => { find("result").hidden = true; } });
// Another scan of the screen while this page is open changes the fragment alone.
window.addEventListener("hashchange", () => location.reload());
unlockOnTouch();
fetchFaces();
home();
