// A device that is no station yet: six digits of the organiser's, or one touch by the organiser who is signed in here.

import { icon, make, plate } from "../parts.js";
import { Unanswered } from "../station.js";
import { nameOf } from "./festival.js";
import { say } from "./settings.js";
import { define, draw, find, show, write } from "./views.js";

const LENGTH = 6;

/**
 * @param {import("../station.js").Station} station
 * @param {() => void} onPaired
 * @returns {{begin: (code: string | null) => void}} begins with the code that the address brought, if any
 */
export function definePairing(station, onPaired) {
  const state = { digits: "", told: "", busy: false, booths: [] };
  define("pair", () => drawPairing(state));
  const attempt = async (ask) => {
    Object.assign(state, { busy: true, told: say("pairing") });
    draw();
    state.told = await outcome(ask);
    Object.assign(state, { busy: false, digits: "" });
    if (state.told === "") onPaired();
    else draw();
  };
  const pair = (code) => attempt(() => station.pair(code, say("device")));

  find("pair-pad").addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]")?.dataset.digit;
    if (!key || state.busy) return;
    Object.assign(state, { digits: pressed(state.digits, key), told: "" });
    draw();
    if (state.digits.length === LENGTH) pair(state.digits);
  });
  if (find("pair-here")) offerHere(station, state, attempt);
  return {
    begin(code) {
      Object.assign(state, { digits: "", told: "" });
      show("pair");
      if (code) pair(code);
    },
  };
}

function pressed(digits, key) {
  if (key === "clear") return "";
  return key === "delete" ? digits.slice(0, -1) : (digits + key).slice(0, LENGTH);
}

/** Ask, and return "" when the station is enrolled, else what to tell. */
async function outcome(ask) {
  try {
    const { status, body } = await ask();
    return status === 200 || status === 201 ? "" : body?.message || say("pair_failed");
  } catch (error) {
    if (error instanceof Unanswered) return say("pair_failed");
    throw error;
  }
}

function drawPairing({ digits, told, booths }) {
  const boxes = Array.from({ length: LENGTH }, (_, at) =>
    make("span", `keypad__digit ${digits[at] ? "keypad__digit--set" : ""}`, digits[at] ?? ""));
  find("pair-shown").replaceChildren(...boxes);
  write(find("pair-told"), told);
  for (const booth of booths) write(booth.name, nameOf(booth));
}

function offerHere(station, state, attempt) {
  const form = find("pair-here");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-booth]");
    if (button && !state.busy) attempt(() => station.pairHere(form.action, button.dataset.booth || null));
  });
  // Anyone may see the board, so it names the booths before there is a token.
  station.call("GET", "/board").then(({ body }) => {
    find("pair-booths").append(...(body?.booths ?? []).map(boothButton));
    draw();
  }).catch(() => {});
}

function boothButton(booth) {
  const button = make("button", "touch", plate(booth.number, { bare: true }), make("span", "", booth.short_name || booth.name));
  button.type = "button";
  button.dataset.booth = booth.slug;
  return button;
}
