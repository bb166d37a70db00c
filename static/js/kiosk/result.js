// The result on the glass: icon, word, sentence and slip.

import { icon, make, plate, seal } from "../parts.js";
import { parts } from "./answers.js";
import { nameOf, placeOf, shortNameOf } from "./festival.js";
import { language, say, saySecond } from "./settings.js";
import { define, find, write } from "./views.js";

const ICONS = { welcome: "circle-check", again: "clock-check", refused: "alert-triangle", kept: "clock", "": "refresh" };
/** As many as stand side by side on the slip; "my day" shows them all. */
const STAMPS = 3;

/** @param {import("./flow.js").Flow} flow */
export function defineResult(flow) {
  define("result", () => flow.result && drawResult(flow.result, flow.festival));
}

function drawResult(result, festival) {
  const values = result.values?.() ?? {};
  const told = result.message ? parts(result.message) : null;
  const line = result.line ?? (["sending", "kept"].includes(result.key) ? `${result.key}_line` : "");
  const english = result.key ? saySecond(line || result.key, result.values?.("en")) : "";
  find("result-icon").replaceChildren(icon(ICONS[result.state]));
  const word = told ? told.word : say(result.key, values);
  write(find("result-word"), word);
  // A longer word of hanzi is smaller rather than broken in its middle.
  find("result-word").style.setProperty("--letters", String(language() === "en" ? 1 : word.length));
  write(find("result-line"), told ? told.line : line ? say(line, values) : "");
  write(find("result-second"), english, "en");
  write(find("result-time"), result.time ? festival.hour(result.time) : "");
  drawSlip(result, festival);
  drawTouch(result);
}

/** What may be touched: the slip opens the card's day; who was refused and has nowhere to go may call a volunteer. */
function drawTouch({ state, nonce, slip }) {
  find("result-help").hidden = state !== "refused" || Boolean(slip?.booths.length);
  find("result-day").hidden = !nonce;
  if (nonce) find("result-slip").dataset.act = "day";
  else delete find("result-slip").dataset.act;
}

function drawSlip(result, festival) {
  const { slip } = result;
  const place = find("result-slip");
  place.hidden = !slip?.booths.length;
  if (place.hidden) return place.replaceChildren();
  if (slip.kind === "seal") return place.replaceChildren(...sealSlip(slip.booths[0], result, festival));
  const title = make("span", "result__title", say(slip.kind));
  return place.replaceChildren(head(title, saySecond(slip.kind)), ...slip.booths.map(way));
}

function head(title, english) {
  const second = make("span", "second soft", english);
  second.lang = "en";
  return make("div", "result__head", title, second);
}

function sealSlip(booth, { visit, card, stamps }, festival) {
  const n = card.booths ?? 1;
  const title = make("span", "result__title", say("booths_today", { n }));
  const now = stamp(booth, visit.at, "seal--new", festival);
  const earlier = before(booth, stamps ?? {}, festival).map(([each, at]) => stamp(each, at, "", festival));
  const day = make("div", "result__day", head(title, saySecond("booths_today", { n })), make("div", "result__stamps", ...earlier, now));
  day.dataset.several = String(earlier.length > 0);
  return [day];
}

/** The last booths before this one, in the order of the day. */
function before(booth, stamps, festival) {
  const others = (festival.all ?? []).filter(({ slug }) => slug !== booth.slug && stamps[slug]).map((each) => [each, stamps[each.slug]]);
  return others.sort(([, one], [, two]) => new Date(one) - new Date(two)).slice(1 - STAMPS);
}

function stamp(booth, at, look, festival) {
  const figure = make("figure", "result__stamp", seal(booth.short_name || booth.name, look));
  figure.append(make("figcaption", "", `${shortNameOf(booth)} ${festival.hour(new Date(at))}`));
  return figure;
}

function way(booth) {
  const name = make("span", "result__name serif", nameOf(booth));
  const place = make("span", "result__place", placeOf(booth));
  return make("div", "result__way slip__rule", plate(booth.number), name, place);
}
