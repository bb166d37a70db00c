// The board: shows the newest snapshot, says how old it is, and turns pages where there are many booths.

import { ASK_AFTER } from "../carry.js";
import { fetchFaces } from "../faces.js";
import { fitText } from "../fit.js";
import { hoursIn } from "../hours.js";
import { pageWords } from "../words.js";
import { drawCurve } from "./curve.js";
import { Row, scaleFor } from "./rows.js";
import { Sheets } from "./sheets.js";
import { watch } from "./snapshots.js";

const MOST_ON_A_PAGE = 16;
const MOST_UPRIGHT = 12;
const LEAST_LINES = 4;
const TURN_EVERY = 10000;
const SWITCH_FOR = 6000;
const NARROW_BELOW = 470;

const say = pageWords();
const find = (id) => document.getElementById(id);
const page = find("page");
const isUpright = window.matchMedia("(max-aspect-ratio: 1/1)");
const isPhone = window.matchMedia("(max-aspect-ratio: 1/1) and (max-width: 699px)");

/** @type {Map<string, Row>} */
const rows = new Map();
let snapshot = null;
let layout = "";
let turned = 0;
let side = 0;
const sheets = new Sheets(find("sheets"));
let wasAllClosed = page.dataset.closed === "true";

const { hour: hourOf } = hoursIn(page.dataset.zone);
const hour = (text) => hourOf(new Date(text));

function write(id, text) {
  if (find(id).textContent !== String(text)) find(id).textContent = String(text);
}

function show(newest) {
  const isOther = snapshot?.edition !== undefined && snapshot.edition !== newest.edition;
  snapshot = newest;
  page.dataset.fresh = "fresh";
  clearTimeout(stale.timer);
  if (!find("lost").hidden) drawMiddle(false);
  write("fresh", `${hour(newest.at)} ${say("fresh")}`);
  write("people", newest.people);
  write("visits", newest.visits);
  write("last-hour", newest.last_hour);
  showVenue(newest.in_venue.estimate);
  showBooths();
  fitHeroes();
  drawCurve(find("curve"), newest.minutes);
  if (isOther || isAllClosed() !== wasAllClosed) askWhetherOver();
}

/** How many are here; organisers are warned before they are so many that they need a permit. */
function showVenue(estimate) {
  const { warnAt, permitAt } = find("venue").dataset;
  const isCrowded = estimate >= Number(warnAt);
  const [before, after] = say(!isCrowded ? "venue" : estimate < Number(permitAt) ? "near" : "over").split("{n}");
  write("before-venue", before);
  write("in-venue", estimate);
  write("after-venue", after);
  find("crowd-icon").hidden = !isCrowded;
  find("venue").classList.toggle("state--refused", isCrowded);
  find("top").toggleAttribute("data-crowded", isCrowded);
  fitVenue();
}

/** The warning is longer than the line is on some screens. */
function fitVenue() {
  const venue = find("venue");
  venue.style.removeProperty("font-size");
  if (!find("top").hasAttribute("data-crowded") || isPhone.matches) return;
  const most = Number.parseFloat(getComputedStyle(venue).fontSize);
  fitText(venue, { most, least: most / 2, lines: 3, step: most / 73 });
}

function showBooths() {
  const { booths } = snapshot;
  for (const booth of booths) {
    if (!rows.has(booth.slug)) rows.set(booth.slug, new Row(booth));
    rows.get(booth.slug).write(booth);
  }
  const wanted = JSON.stringify([digits(booths), booths.map((booth) => [booth.slug, rows.get(booth.slug).shown])]);
  if (wanted !== layout) lay(booths);
  layout = wanted;
  build(booths);
}

const digits = (booths) => Math.max(2, ...booths.map(({ visits }) => String(visits).length));

/** Put the booths onto pages and lines, and fit their names. */
function lay(booths) {
  const known = new Set(booths.map(({ slug }) => slug));
  for (const slug of rows.keys()) if (!known.has(slug)) rows.delete(slug);
  find("rows").replaceChildren(...booths.map(({ slug }) => rows.get(slug).element));
  find("rows").style.setProperty("--digits", String(digits(booths)));
  find("rows").toggleAttribute("data-long", digits(booths) > 3);
  turn(turned);
}

/** On how many pages the booths stand; a phone, which stands upright, has one, and is scrolled. */
const pageCount = () => (isPhone.matches ? 1 : Math.max(1, Math.ceil((snapshot?.booths.length ?? 0) / (isUpright.matches ? MOST_UPRIGHT : MOST_ON_A_PAGE))));

/** Show a page of booths. */
function turn(to) {
  const { booths } = snapshot;
  const count = pageCount();
  const each = Math.ceil(booths.length / count);
  turned = to % count;
  booths.forEach(({ slug }, at) => { rows.get(slug).element.hidden = Math.floor(at / each) !== turned; });
  find("rows").style.setProperty("--lines", String(Math.max(LEAST_LINES, Math.ceil(each / 2))));
  document.documentElement.style.setProperty("--shown", String(each));
  find("pages").hidden = count === 1;
  find("pages").replaceChildren(...Array.from({ length: count }, (_, at) => pageMark(at === turned)));
  fitNames();
  build(booths);
}

/** Show a page of booths or, behind the last of them, a sheet. */
function showSide(to) {
  const own = pageCount();
  side = to % (own + sheets.count);
  sheets.show(isPhone.matches ? side % Math.max(1, sheets.count) : side - own);
  if (snapshot && side < own) turn(side);
}

function pageMark(isShown) {
  const mark = document.createElement("span");
  mark.className = `pages__mark ${isShown ? "pages__mark--shown" : ""}`;
  return mark;
}

function build(booths) {
  const standing = booths.map((booth) => ({ visits: booth.visits, room: rows.get(booth.slug).room }));
  // Rows on another page have no size now.
  const scale = scaleFor(standing.map(({ visits, room }) => ({ visits, room: room.bar ? room : { bar: 1, chip: 0.4 } })));
  for (const booth of booths) rows.get(booth.slug).build(booth.visits, scale);
}

function fitNames() {
  // The sheet gives names the size of the list.
  const most = Number.parseFloat(getComputedStyle(find("rows")).fontSize);
  for (const row of rows.values()) if (!row.element.hidden) row.fit(most);
}

/** Long heroes narrow the curve or, upright, stand one below the other; where even that is not enough they get smaller. */
function fitHeroes() {
  const heroes = find("heroes");
  const length = String(snapshot.people).length + String(snapshot.visits).length;
  if (heroes.dataset.length === String(length) && heroes.dataset.width === String(window.innerWidth)) return;
  Object.assign(heroes.dataset, { length: String(length), width: String(window.innerWidth) });
  heroes.style.removeProperty("--hero-fit");
  delete heroes.dataset.narrow;
  const unit = window.innerWidth / 1920;
  const isTooWide = () => heroes.scrollWidth > heroes.clientWidth + 1;
  if (find("curve").clientWidth < NARROW_BELOW * unit || isTooWide()) heroes.dataset.narrow = "";
  for (let fit = 1; fit > 0.3 && isTooWide(); fit -= 0.01) {
    heroes.style.setProperty("--hero-fit", fit.toFixed(2));
  }
}

const isAllClosed = () => snapshot.booths.length > 0 && snapshot.booths.every(({ open }) => !open);

/** All booths are closed, or no longer so: the day may be over. */
async function askWhetherOver() {
  wasAllClosed = isAllClosed();
  try {
    const { closed } = await (await fetch("/board/edition", { cache: "no-store" })).json();
    showOver(closed);
  } catch {
    wasAllClosed = null;
  }
}

function showOver(over) {
  page.toggleAttribute("data-over", over);
  drawMiddle(!find("lost").hidden);
  if (snapshot) turn(turned);
}

/** In the middle of the top stands how many are here; that the day is over; or where to look for a laptop that is lost. */
function drawMiddle(isLost) {
  const isOver = page.hasAttribute("data-over");
  find("lost").hidden = !isLost;
  find("over").hidden = !isOver || isLost;
  find("venue").hidden = isOver || isLost;
}

/** The laptop may have another address now, which its own screen shows. */
function stale() {
  page.dataset.fresh = "stale";
  clearTimeout(stale.timer);
  stale.timer = setTimeout(drawMiddle, ASK_AFTER, true);
  write("fresh", snapshot ? say("stale", { time: hour(snapshot.at) }) : say("never"));
  fitVenue();
}

function fitAll() {
  if (!snapshot) return;
  fitHeroes();
  fitVenue();
  turn(turned);
  drawCurve(find("curve"), snapshot.minutes);
}

/** The switch of language is there while somebody has a hand on it. */
function showSwitch() {
  page.dataset.touched = "";
  clearTimeout(showSwitch.timer);
  showSwitch.timer = setTimeout(() => delete page.dataset.touched, SWITCH_FOR);
}

fetchFaces();
showOver(page.dataset.closed === "true");
showSwitch();
for (const kind of ["pointermove", "pointerdown", "keydown"]) window.addEventListener(kind, showSwitch, { passive: true });
window.addEventListener("resize", () => { find("heroes").dataset.length = ""; fitAll(); });
document.fonts?.addEventListener("loadingdone", () => { find("heroes").dataset.length = ""; fitAll(); });
find("sheets").addEventListener("change", () => showSide(0));
setInterval(() => { if (snapshot) showSide(side + 1); }, TURN_EVERY);
watch({ onSnapshot: show, onStale: stale });
