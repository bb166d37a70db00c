// The kiosk's page: puts the parts together and says what each button does.

import { arrive } from "../carry.js";
import { fetchFaces } from "../faces.js";
import { codeIn } from "../codes.js";
import { listen } from "../gun.js";
import { changeVolume, chime, unlockOnTouch, volume, VOLUMES } from "../sound.js";
import { codeInAddress, Station } from "../station.js";
import { defineCard } from "./card.js";
import { defineCount } from "./count.js";
import { defineDay } from "./day.js";
import { Festival, nameOf } from "./festival.js";
import { Flow } from "./flow.js";
import { defineHelp } from "./help.js";
import { defineHomes } from "./home.js";
import { defineIdle } from "./idle.js";
import { stayAwake } from "./awake.js";
import { lock } from "./lock.js";
import { defineMoved } from "./moved.js";
import { defineOrganiser } from "./organiser.js";
import { definePairing } from "./pairing.js";
import { defineQuestions } from "./questions.js";
import { defineResult } from "./result.js";
import { sayViews } from "./said.js";
import { isHighContrast, isLarge, language, onChange, putBack, say, turn } from "./settings.js";
import { defineSpeaking } from "./speaking.js";
import { defineWebcam } from "./webcam.js";
import { define, draw, find, fit, show, showing, shownAt, write } from "./views.js";

const AWAY_AFTER = 1500;
const ECHO_WITHIN = 600;
const ECHO_WITHIN_PX = 60;
const HOMES = ["home", "shared"];

const station = new Station("kiosk", { language, onUnenrolled, onReach });
const festival = new Festival(station, onNews);
const flow = new Flow(station, festival);
const pairing = definePairing(station, begin);
const count = defineCount(flow);
const card = defineCard(flow);
const idle = defineIdle(flow);
const help = defineHelp(flow, idle);
const day = defineDay(flow);
const moved = defineMoved(station);
const webcam = defineWebcam((text) => scanned(codeIn(text) ?? text, Boolean(codeIn(text))));
defineHomes(flow);
defineResult(flow);
defineQuestions(flow);
defineOrganiser(station, { home: () => flow.home(), begin, pair: () => pairing.begin(null) });
const speaking = defineSpeaking(flow);

let awaySince = null;
let touched = { at: -Infinity, x: 0, y: 0 };

const ACTS = {
  home: () => flow.leave(),
  cancel: () => flow.home(),
  help: () => help.call(),
  ring: () => help.call(),
  "leave-help": () => help.leave(),
  day: () => day.open(),
  together: () => count.start("party"),
  "no-card": () => card.start(),
  "use-card": () => card.use(),
  "walk-in": () => count.start("walk-in"),
  "count-more": () => count.more(),
  "count-cancel": countCancelled,
  skip: () => flow.answer(null),
  stay: () => idle.stay(),
  webcam: () => webcam.turn(),
  moved: () => moved.begin(),
  "moved-go": () => moved.go(),
};

const TOOLS = {
  ...turn,
  quieter: () => turnVolume(-1),
  louder: () => turnVolume(1),
};

/** Heard at once, and seen on both buttons. */
function turnVolume(by) {
  changeVolume(by);
  chime("kept");
  drawVolume();
}

const drawVolume = () => find("page").style.setProperty("--volume", String((volume() + 1) / VOLUMES));

function scanned(text, isCode) {
  idle.touched();
  if (station.isPaired) flow.scan(text, isCode);
}

function onUnenrolled() {
  flow.stop();
  pairing.begin(null);
}

function countCancelled() {
  if (flow.person.card) flow.counted(1);
  else flow.home();
}

/** The server answered, or did not: the band comes up once it has been away for a moment. */
function onReach(reached) {
  if (reached) awaySince = null;
  else awaySince ??= performance.now();
  drawBand();
}

function drawBand() {
  const away = awaySince !== null && performance.now() - awaySince >= AWAY_AFTER;
  const waiting = station.waiting().length;
  const changed = find("band").hidden === away;
  moved.offer(awaySince);
  find("band").hidden = !away;
  write(find("band-text"), waiting ? say("away_waiting", { n: waiting }) : say("away"));
  if (changed) fit();
}

function onNews() {
  if (showing() === "start") flow.home();
  else if (HOMES.includes(showing())) goodHome();
  drawHeader();
}

/** A kiosk may have gained or lost booths since. */
function goodHome() {
  const wanted = festival.bound ? "home" : "shared";
  if (showing() === wanted) draw();
  else flow.home();
}

function drawHeader() {
  const { bound } = festival;
  const atHome = HOMES.includes(showing()) || !bound;
  const edition = festival.edition.includes("节") ? festival.edition : say("festival", { edition: festival.edition });
  write(find("where"), atHome ? (festival.edition ? edition : "") : `${bound.number}号　${nameOf(bound)}`);
  write(find("clock"), festival.booths.length ? (bound ? festival.clock() : festival.hour(festival.time())) : "");
}

function drawTools() {
  write(find("tool-language"), language() === "en" ? "中文" : "English", language() === "en" ? "zh-CN" : "en");
  write(find("tool-text"), say(isLarge() ? "smaller" : "larger"));
  write(find("tool-contrast"), say(isHighContrast() ? "plain" : "contrast"));
  webcam.draw();
}

/** The machine slept, or the page lay hidden: whoever was here is gone. */
function woken() {
  putBack();
  if (station.isPaired && showing() !== "start") flow.home();
  festival.refresh();
}

/** Start as a station: read the festival, send what an earlier page left. */
function begin() {
  show("start");
  station.resume();
  festival.begin();
  webcam.begin();
  speaking.begin();
}

/**
 * Take in what the address brings, from another address of the laptop or from the organiser. A pairing code goes first:
 * whoever opened it wants this device enrolled anew.
 */
async function open() {
  await arrive(station);
  const code = codeInAddress();
  if (code || !station.isPaired) pairing.begin(code);
  else if (showing() === "") begin();
}

function touch(event) {
  const tool = event.target.closest("[data-tool]");
  if (tool) TOOLS[tool.dataset.tool]();
  else ACTS[event.target.closest("[data-act]")?.dataset.act]?.();
  document.activeElement?.blur?.();
}

/** The second of two quick touches on one spot was meant for what stood there before. */
function stopEcho(event) {
  // A key has no spot, and is pressed anew for each of its presses.
  if (event.detail === 0) return;
  const { at, x, y } = touched;
  touched = { at: performance.now(), x: event.clientX, y: event.clientY };
  const isNear = Math.hypot(touched.x - x, touched.y - y) < ECHO_WITHIN_PX;
  const isEcho = isNear && touched.at - at < ECHO_WITHIN && shownAt() >= at;
  if (isEcho) event.stopImmediatePropagation();
}

define("start", () => {});
onChange(() => { drawTools(); drawHeader(); drawBand(); fit(); });
new MutationObserver(() => { drawHeader(); fit(); }).observe(find("page"), { attributeFilter: ["data-view"] });
window.addEventListener("click", stopEcho, true);
find("page").addEventListener("click", touch);
listen({
  onScan: (code) => scanned(code, true),
  onBad: (text) => scanned(text, false),
  onMixed: () => station.isPaired && flow.mixed(),
});
setInterval(() => { drawHeader(); drawBand(); }, 1000);
stayAwake(woken);
sayViews();
unlockOnTouch();
fetchFaces();
drawTools();
drawVolume();
window.addEventListener("hashchange", open);
// Once the address is clean: going back must find in it neither a code nor what was carried.
open().finally(lock);
