// The volunteers' booth page: puts the parts together and says what each button does.

import { fetchFaces } from "../faces.js";
import { fitName } from "../fit.js";
import { arrive } from "../carry.js";
import { codeIn } from "../codes.js";
import { listen } from "../gun.js";
import { make, plate } from "../parts.js";
import { ScreenCode } from "../screen_code.js";
import { offerSight } from "../sight.js";
import { chime, isUnlocked, unlockOnTouch } from "../sound.js";
import { Station } from "../station.js";
import { Facts } from "./facts.js";
import { Calls } from "./calls.js";
import { CameraView } from "./camera-view.js";
import { Festival, nameOf } from "./festival.js";
import { drawRecent } from "./list.js";
import { defineMoved } from "./moved.js";
import { Pad } from "./pad.js";
import { find, language, say, show, showing, write } from "./page.js";
import { definePairing } from "./pairing.js";
import { Place } from "./place.js";
import { Questions } from "./questions.js";
import { Recent } from "./recent.js";
import { isReopenable, keepPage } from "./reopening.js";
import { Result } from "./result.js";
import { Scanning } from "./scanning.js";
import { Tray } from "./tray.js";
import { WalkIn } from "./walk-in.js";

const AWAY_AFTER = 1000;
const CLOCK_OFF = 60 * 1000;
const TELL_RESTORED_FOR = 5 * 60 * 1000;
const ONE_DAY = 24 * 60;
const MOST_PERSONS = 20;

let awaySince = null;
let restoredAt = null;
let soundWasTouched = false;

const station = new Station("booth", { language, onUnenrolled, onReach, onRestored });
const festival = new Festival(station, onNews);
const facts = new Facts(station);
const recent = new Recent(drawList);
const result = new Result(festival);
const screenCode = new ScreenCode(station, find("phones-code"));
const questions = new Questions((scan, answers) => scanning.withAnswers(scan, answers));
const scanning = new Scanning({
  station, festival, facts, recent, result, onQuestions: (scan, asked) => questions.ask(scan, asked),
});
const tray = new Tray(station, festival);
const calls = new Calls(station);
const moved = defineMoved(station);
const pairing = definePairing(station, async () => {
  recent.clear();
  festival.clear();
  await facts.clear();
  begin();
});
const number = new Pad(
  { pad: find("number-pad"), shown: find("number-shown") },
  { isOpen: () => showing() === "number", onChange: numberChanged },
);

const camera = new CameraView(station, result, (text) => scanned(codeIn(text) ?? text, Boolean(codeIn(text))));

const walkIn = new WalkIn(() => scanning.walkIn(1));

const ACTS = {
  ...camera.acts,
  "walk-in": (event) => walkIn.press(event),
  party: () => show("party"),
  number: openNumber,
  phones: openPhones,
  "send-number": sendNumber,
  back: home,
  choose: openChoice,
  "tray-back": () => tray.back(),
  "tray-send": () => tray.send(),
  "drop-question": () => questions.drop(),
  "skip-question": () => questions.answer(""),
};

const place = new Place({
  pair: { held: () => pairing.digits, open: (digits) => pairing.put(digits) },
  choose: { open: openChoice },
  party: { open: () => show("party") },
  phones: { open: openPhones },
  number: { held: () => number.digits, open: (digits) => { openNumber(); number.put(digits); } },
  tray: { open: () => tray.open() },
  "tray-card": { held: () => tray.asking, open: (asking) => tray.reopen(asking) },
}, questions);

/** The page of the booth, or the choice of one. */
function home() {
  screenCode.show(null);
  if (!festival.isRead) return show("start");
  if (!festival.booth) return openChoice();
  show(questions.isAsking ? "question" : "scan");
  return drawHead();
}

function openChoice() {
  find("choose").replaceChildren(...festival.booths.map(boothTile));
  if (!festival.booths.length) find("choose").replaceChildren(make("li", "told", say("no_booths")));
  show("choose");
}

function boothTile(booth) {
  const button = make("button", "button button--phone choose__booth", plate(booth.number), make("span", "choose__name serif", nameOf(booth)));
  button.type = "button";
  button.dataset.booth = booth.slug;
  return make("li", "", button);
}

/** The code for residents' own phones, large. */
function openPhones() {
  screenCode.show(festival.booth.slug);
  show("phones");
}

function openNumber() {
  number.clear();
  write(find("number-told"), "");
  show("number");
}

function numberChanged() {
  if (number.digits) write(find("number-told"), "");
  find("number-send").setAttribute("aria-disabled", String(!number.isFull));
}

/** Send the number; the pad stays for another try where it was not taken. */
async function sendNumber() {
  if (!number.isFull) return;
  const { digits } = number;
  number.clear();
  const reply = await scanning.number(digits);
  const stays = reply?.outcome === "refused" && ["invalid", "unknown_card", "slow_down"].includes(reply.reason);
  if (stays && showing() === "number") write(find("number-told"), reply.message);
  else if (showing() === "number" && !questions.isAsking) home();
}

function scanned(text, isCode) {
  pairing.forgetBurst();
  number.forgetBurst();
  walkIn.forget();
  if (!station.isPaired || !festival.booth || showing() === "choose") return;
  if (tray.isAsking) {
    tray.scanned(text);
    return;
  }
  if (["number", "party", "tray", "moved"].includes(showing())) home();
  scanning.gun(text, isCode);
}

/** Two guns typed at once: neither card was read. */
function mixed() {
  pairing.forgetBurst();
  number.forgetBurst();
  result.show({ state: "refused", word: say("mixed"), line: say("mixed_line"), card: "" });
}

function drawHead() {
  const { booth } = festival;
  if (!booth) return;
  const { visits, left, open } = festival.stand(booth.slug);
  const closed = !open || left === 0;
  const shownPlate = `${booth.number} ${closed}`;
  if (find("plate").dataset.shown !== shownPlate) find("plate").replaceChildren(plate(booth.number, { closed }));
  find("plate").dataset.shown = shownPlate;
  write(find("name"), nameOf(booth));
  write(find("count"), visits === null ? "–" : String(visits));
  const stand = !open ? say("closed") : left === 0 ? say("full") : left === null ? "" : say("left", { n: left });
  write(find("stand"), stand);
  find("stand").hidden = !stand;
  find("change").hidden = festival.booths.length < 2;
  find("phones").hidden = booth.self_check_in !== "code";
  if (showing() === "phones" && find("phones").hidden) home();
  fitName(find("name"));
  document.title = `${booth.number}号 ${nameOf(booth)}`;
}

function drawList() {
  drawRecent(recent, festival.time().getTime());
}

function drawBands() {
  const waiting = station.waiting();
  const isAway = awaySince !== null && performance.now() - awaySince >= AWAY_AFTER;
  find("away").hidden = !station.isPaired || !(isAway || waiting.some(({ offline }) => offline));
  write(find("waiting"), waiting.length ? say("waiting", { n: waiting.length }) : "");
  write(find("away-text"), say(station.isLasting ? (isReopenable() ? "away" : "away_stay") : "away_only_here"));
  const off = festival.isRead && Math.abs(festival.ahead) > CLOCK_OFF;
  moved.draw(awaySince);
  find("clock").hidden = !off;
  if (off) write(find("clock-text"), clockWords());
  find("restored").hidden = restoredAt === null || performance.now() - restoredAt >= TELL_RESTORED_FOR;
  find("sound").hidden = soundWasTouched || isUnlocked() || showing() !== "scan";
}

function clockWords() {
  const minutes = Math.round(Math.abs(festival.ahead) / 60000);
  if (minutes >= ONE_DAY) return say("wrong_date");
  return say(festival.ahead > 0 ? "slow" : "fast", { n: minutes });
}

function onNews() {
  const { booth } = festival;
  if (!station.isPaired) return;
  if (showing() === "start" || (!booth && showing() !== "choose")) home();
  drawHead();
  drawBands();
  drawList();
  facts.refresh();
  tray.refresh(recent.all.filter(({ state }) => state === "refused").length);
}

/** The server answered, or did not. */
function onReach(reached) {
  if (reached) awaySince = null;
  else awaySince ??= performance.now();
}

/** The server was restored from a backup, and this device has sent again what that may have lost. */
function onRestored(sent) {
  scanning.restored(sent);
  const lost = sent.filter(({ answer }) => !["welcome", "again"].includes(answer.outcome)).length;
  write(find("restored-text"), lost ? say("restored_but", { n: sent.length, lost }) : say("restored", { n: sent.length }));
  restoredAt = performance.now();
  drawBands();
}

/** The organiser has shut this device out, or it never was a station of this festival. */
function onUnenrolled() {
  if (showing() === "pair") return;
  result.close();
  pairing.open(say("unenrolled"));
}

async function begin() {
  show("start");
  await Promise.all([station.open(), facts.open()]);
  festival.recall();
  if (festival.isRead) home();
  place.reopen();
  scanning.resume();
  festival.begin();
}

/** Take in what the address brings, from another address of the laptop or from the organiser, and begin. */
async function open() {
  const isFromElsewhere = location.hash.startsWith("#carry=");
  await arrive(station);
  if (pairing.fromAddress()) return;
  if (station.isPaired) {
    await begin();
    return;
  }
  pairing.open(isFromElsewhere ? say("not_carried") : "");
  place.reopen();
}

/** Where the page cannot be opened again, nothing may lead away from it while the server is away. */
function stay(event) {
  if (!station.isAway || !event.target.closest("a[href]")) return;
  event.preventDefault();
  const told = { word: say("stay"), line: say("stay_line"), card: "" };
  if (showing() === "scan") result.last({ state: "", ...told });
  else result.show({ state: "refused", ...told });
}

function touched(event) {
  const act = event.target.closest("[data-act]")?.dataset.act;
  const { undo } = event.target.closest("[data-undo]")?.dataset ?? {};
  const { booth } = event.target.closest("[data-booth]")?.dataset ?? {};
  const { party } = event.target.closest("[data-party]")?.dataset ?? {};
  if (act) ACTS[act](event);
  else if (undo) scanning.undo(undo);
  else if (party) {
    home();
    scanning.walkIn(Number(party));
  } else if (booth) {
    festival.choose(booth);
    home();
  }
}

function partyTile(persons) {
  const button = make("button", "button button--phone party__number figure", String(persons));
  button.type = "button";
  button.dataset.party = String(persons);
  return button;
}

find("party").append(...Array.from({ length: MOST_PERSONS }, (_, at) => partyTile(at + 1)));
find("main").addEventListener("click", touched);
window.addEventListener("click", stay, { capture: true });
window.addEventListener("pointerdown", () => { soundWasTouched = true; drawBands(); }, { capture: true });
find("tray").addEventListener("click", () => tray.open());
find("sound").addEventListener("click", () => chime("kept"));
window.addEventListener("resize", drawHead);
document.fonts?.addEventListener("loadingdone", drawHead);
document.addEventListener("visibilitychange", () => document.hidden || festival.refresh());
listen({ onScan: (code) => scanned(code, true), onBad: (text) => scanned(text, false), onMixed: mixed });
setInterval(() => { drawBands(); drawList(); }, 1000);
unlockOnTouch();
// What was fitted to its place is fitted anew.
offerSight(() => window.dispatchEvent(new Event("resize")));
fetchFaces();
keepPage();
numberChanged();
calls.serve();
open();
