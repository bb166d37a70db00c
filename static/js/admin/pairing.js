// A pairing code: how long it still lasts, and whether its device has come.

import { pageWords } from "../words.js";

const EVERY = 2_000;
const pairing = document.getElementById("pairing");
const left = pairing.querySelector('[data-part="left"]');
const say = pageWords();

function count() {
  const seconds = Math.max(0, Math.round((Date.parse(pairing.dataset.until) - Date.now()) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  left.textContent = say("left", { time });
}

async function ask() {
  const response = await fetch(pairing.dataset.from, { cache: "no-store" });
  if (response.ok && !response.redirected) pairing.dataset.state = (await response.json()).state;
}

async function serve() {
  await ask().catch(() => undefined);
  if (pairing.dataset.state === "waiting") setTimeout(serve, EVERY);
  else clearInterval(counting);
}

const counting = setInterval(count, 1_000);
count();
if (pairing.dataset.state === "waiting") setTimeout(serve, EVERY);
