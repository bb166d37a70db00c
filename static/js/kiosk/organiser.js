// The organiser's way in: hold the mark for five seconds, then the password. No child finds it; nobody stays signed in.

import { icon, make } from "../parts.js";
import { Unanswered } from "../station.js";
import * as measure from "./measure.js";
import * as screen from "./screen.js";
import { say } from "./settings.js";
import { define, draw, find, show, showing, write } from "./views.js";

const HOLD = 5000;
const HOLD_WITHIN_PX = 40;
const LEAVE_AFTER = 60_000;
const CODE_LENGTH = 6;
const OWN = ["unlock", "own", "measure"];
const LETTERS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-"];
const SIGNS = ["1234567890", "!@#$%^&*()", "_=+[]{}\\|;", ":'\",.<>/?`~"];
const DIGITS = ["123", "456", "789", "0"];

const page = find("page");
const typed = find("unlock-typed");
/** Over plain http the air would carry the password: there a fresh pairing code is the key. */
const takesPassword = "password" in page.dataset;

/**
 * @param {import("../station.js").Station} station
 * @param {{home: () => void, begin: () => void, pair: () => void}} ways home again, begin as the station that it became, and pair
 */
export function defineOrganiser(station, ways) {
  const state = { key: "", isNew: false, told: "", busy: false, capitals: false, signs: false };
  let touchedAt = performance.now();
  define("unlock", () => drawUnlock(state));
  define("own", () => drawOwn(state));
  measure.defineMeasure();
  screen.apply();
  onHold(document.querySelector(".kiosk__mark"), () => station.isPaired && !OWN.includes(showing()) && unlock());

  const acts = {
    open() { state.told = ""; show("own"); },
    away() { away(); },
    enter,
    measure() { measure.begin(); show("measure"); },
    measured() { measure.keep(); show("own"); },
    low() { screen.turnLow(); draw(); },
    reader(button) { screen.placeReader(button.dataset.place); draw(); },
    pair() { ways.pair(); },
    leave,
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-own]");
    if (button) acts[button.dataset.own](button);
  });
  find("unlock-keys").addEventListener("click", (event) => press(event.target.closest("[data-key]")?.dataset.key));
  typed.addEventListener("keydown", (event) => event.key === "Enter" && enter());
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, () => { touchedAt = performance.now(); }, true);
  setInterval(() => {
    if (showing() !== "unlock") typed.value = "";
    if (OWN.includes(showing()) && performance.now() - touchedAt > LEAVE_AFTER) away();
  }, 1000);

  function unlock() {
    typed.value = "";
    Object.assign(state, { key: "", told: "", busy: false, capitals: false, signs: false });
    show("unlock");
    typed.focus();
  }

  function away() {
    const { isNew } = state;
    Object.assign(state, { key: "", told: "", isNew: false });
    typed.value = "";
    if (!station.isPaired) ways.pair();
    else if (isNew) ways.begin();
    else ways.home();
  }

  function press(key) {
    if (!key || state.busy) return;
    if (key === "capitals" || key === "signs") state[key] = !state[key];
    else if (key === "delete") typed.value = typed.value.slice(0, -1);
    else typed.value += key === "space" ? " " : key;
    state.told = "";
    draw();
    typed.focus();
    if (!takesPassword && typed.value.length >= CODE_LENGTH) enter();
  }

  async function enter() {
    if (state.busy || !typed.value) return;
    Object.assign(state, { busy: true, told: say("pairing") });
    draw();
    const told = await outcome(() => (takesPassword
      ? station.organiser("/kiosk/organiser", { password: typed.value })
      : station.pair(typed.value, say("device"))));
    typed.value = "";
    Object.assign(state, { busy: false, told });
    if (showing() !== "unlock") return;
    if (told === "") acts.open();
    else draw();
  }

  /** Ask, and return "" where it opened, else what to tell. */
  async function outcome(ask) {
    try {
      const { status, body } = await ask();
      state.key = body?.key ?? "";
      state.isNew = status === 201;
      if (status === 200 || status === 201) return "";
      if (status === 429) return say("own_slow");
      return takesPassword ? say("own_wrong") : body?.message || say("pair_failed");
    } catch (error) {
      if (error instanceof Unanswered) return say("pair_failed");
      throw error;
    }
  }

  /** The browser that the server opened is the server's to end; another window can only be asked to close itself. */
  async function leave() {
    let closed = false;
    try {
      closed = (await station.organiser("/kiosk/organiser/leave", { key: state.key })).body?.closed ?? false;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
    if (closed) return;
    await document.exitFullscreen?.().catch(() => {});
    window.close();
    state.told = say("own_not_left");
    draw();
  }
}

/** Call back when a finger lay on the element for five seconds, and did not wander. */
function onHold(element, act) {
  let timer = 0;
  let from = null;
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    stop();
    from = { x: event.clientX, y: event.clientY };
    timer = setTimeout(act, HOLD);
  });
  element.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > HOLD_WITHIN_PX) stop();
  });
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) element.addEventListener(kind, stop);
}

function drawUnlock({ told, capitals, signs }) {
  const title = say(takesPassword ? "own_password" : "own_code");
  write(find("unlock-title"), title);
  write(find("unlock-label"), title);
  write(find("unlock-line"), takesPassword ? "" : say("own_code_line"));
  write(find("unlock-told"), told);
  const rows = takesPassword ? (signs ? SIGNS : LETTERS) : DIGITS;
  const drawn = `${rows[1]} ${capitals} ${document.documentElement.lang}`;
  // Drawing anew would take a finger's press away.
  if (find("unlock-keys").dataset.drawn === drawn) return;
  find("unlock-keys").dataset.drawn = drawn;
  const lines = rows.map((row) => make("div", "keys__row", ...[...row].map((each) => key(capitals ? each.toUpperCase() : each))));
  const erase = key("delete", icon("backspace"), make("span", "said", say("delete")));
  const more = takesPassword ? [key("capitals", say("own_capitals")), key("signs", say("own_signs")), key("space", say("own_space"))] : [];
  const last = make("div", "keys__row", ...more, erase);
  last.querySelector("[data-key=capitals]")?.setAttribute("aria-pressed", String(capitals));
  last.querySelector("[data-key=signs]")?.setAttribute("aria-pressed", String(signs));
  find("unlock-keys").replaceChildren(...lines, last);
}

function key(name, ...shown) {
  const button = make("button", `touch keys__key ${shown.length ? "keys__key--wide" : ""}`, ...(shown.length ? shown : [name]));
  button.type = "button";
  button.dataset.key = name;
  return button;
}

function drawOwn({ key, told }) {
  write(find("own-measured"), say(screen.isMeasured() ? "own_measured" : "own_not_measured"));
  find("own-low").setAttribute("aria-pressed", String(screen.isLow()));
  for (const button of document.querySelectorAll("[data-place]")) {
    button.setAttribute("aria-pressed", String(button.dataset.place === screen.reader()));
  }
  find("own-webcam").hidden = find("webcam").hidden;
  write(find("own-webcam-word"), find("webcam-word").textContent);
  document.querySelector("[data-own=leave]").hidden = !key || !("laptop" in page.dataset);
  document.querySelector("[data-own=pair]").hidden = !key && takesPassword;
  write(find("own-told"), told);
}
