// The card on a resident's phone: its code, its number, its seals, and how the booths stand.

import { Unanswered } from "../unanswered.js";
import { ask, find, hour, listen, newCard, say, show, tell } from "./page.js";
import { code, keeps, put } from "./phone.js";

const EVERY = 30_000;
const STOPPED = { replaced: "replaced", lost: "stopped", withdrawn: "stopped" };
let isSure = false;

async function refresh() {
  if (!code()) return show("none");
  if (!find("code").firstChild) await drawCode().catch(unreached);
  try {
    const { status, body } = await ask("/my/stamps", { code: code() });
    find("away").hidden = true;
    if (status === 200) draw(body);
    else if (body.reason === "unknown_card") stop("unknown");
  } catch (error) {
    unreached(error);
  }
  return undefined;
}

/** The server is away: what was drawn stays, it can be scanned all the same. */
function unreached(error) {
  if (!(error instanceof Unanswered)) throw error;
  find("away").hidden = false;
}

/** The picture is drawn by the server: no page of ours has a maker of codes. */
async function drawCode() {
  const reply = await fetch("/kiosk/qr", { method: "POST", headers: { "Content-Type": "text/plain" }, body: code() })
    .catch((error) => { throw new Unanswered(String(error)); });
  if (!reply.ok) throw new Unanswered(String(reply.status));
  const drawn = new DOMParser().parseFromString(await reply.text(), "image/svg+xml").documentElement;
  find("code").replaceChildren(document.importNode(drawn, true));
}

function draw({ short, state, stamps, stands }) {
  if (STOPPED[state]) return stop(STOPPED[state]);
  find("short").textContent = `${short.slice(0, 3)} ${short.slice(3)}`;
  find("own").href = `/c/${code()}`;
  find("not-kept").hidden = keeps();
  const n = Object.keys(stamps).length;
  find("heading").textContent = n ? say("booths", { n }) : say("none_yet");
  for (const tile of document.querySelectorAll(".tile")) drawTile(tile, stamps[tile.dataset.slug], stands[tile.dataset.slug]);
  return show("card");
}

function drawTile(tile, at, stands) {
  tile.toggleAttribute("data-stamped", Boolean(at));
  tile.dataset.stands = stands ?? "closed";
  tile.querySelector(".tile__time").textContent = at ? hour(new Date(at)) : "";
}

/** The card is of no use any more: say what to do. */
function stop(why) {
  find("stopped").textContent = say(why);
  find("stopped-line").textContent = say(`${why}_line`);
  show("stopped");
}

async function makeCard(button) {
  button.disabled = true;
  const made = await newCard();
  button.disabled = false;
  if (made) use(made);
}

/** Take the card out of this phone: at once where it is of no use, else by a second touch. */
function drop(button) {
  if (button.id === "drop" && !isSure) {
    isSure = true;
    return tell(say("sure"));
  }
  return use(null);
}

function use(wanted) {
  put(wanted);
  isSure = false;
  find("code").replaceChildren();
  tell("");
  return refresh();
}

listen({ "new-card": makeCard, drop });
document.addEventListener("visibilitychange", () => document.hidden || refresh());
setInterval(() => document.hidden || refresh(), EVERY);
refresh();
