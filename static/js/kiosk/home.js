// The two homes: of a kiosk at one booth, and of a shared one with a tile for each booth.

import { icon, make, plate } from "../parts.js";
import { ScreenCode } from "../screen_code.js";
import { barring } from "./answers.js";
import { nameOf, otherNameOf, shortNameOf } from "./festival.js";
import { screenful } from "./screenful.js";
import { say, saySecond, language } from "./settings.js";
import { define, find, fit, write } from "./views.js";

/** @param {import("./flow.js").Flow} flow */
export function defineHomes(flow) {
  const screenCode = new ScreenCode(flow.station, find("home-code"), fit);
  define("home", () => {
    const { bound } = flow.festival;
    screenCode.show(bound?.self_check_in === "code" ? bound.slug : null);
    if (bound) drawBound(bound, flow.festival);
  });
  define("shared", () => drawShared(flow));
  find("tiles").addEventListener("click", (event) => {
    const { slug, from } = event.target.closest(".tile")?.dataset ?? {};
    if (slug) flow.chooseBooth(slug);
    else if (from) flow.turnTo(Number(from));
  });
}

function drawBound(booth, festival) {
  const { visits, taken } = festival.stand(booth.slug);
  const count = taken ? standing(booth, festival) : [visits ? say("came", { n: visits }) : say("tile_first")];
  find("home-plate").replaceChildren(plate(booth.number, { closed: taken }));
  write(find("home-name"), nameOf(booth));
  write(find("home-other"), otherNameOf(booth), language() === "en" ? "zh-CN" : "en");
  find("home-count").replaceChildren(...count);
  const hold = find("page").dataset.webcam ? "hold_camera" : "hold";
  tell(document.querySelector(".home__words"), festival.closed ? "day_over" : (barring(booth, festival) ?? hold));
}

/** Say what to do, in both languages. */
function tell(words, key) {
  words.querySelector("[data-word]").dataset.word = key;
  words.querySelector("[data-second]").dataset.second = key;
}

function drawShared({ person, festival }) {
  const asking = Boolean(person.card || person.walkIn);
  const view = find("tiles").parentElement;
  view.classList.toggle("view--asking", asking);
  if (asking) drawAsking(person);
  else drawChosen(person, festival, view);
  const { shown, next } = screenful(festival.booths, person.from, atOnce());
  const tiles = shown.map((booth) => tile(booth, festival, person.booth === booth.slug));
  if (next !== null) tiles.push(othersTile(next));
  find("tiles").dataset.many = String(tiles.length > 12);
  const drawn = tiles.map((each) => each.outerHTML).join("");
  // Drawing anew would take a finger's press away.
  if (find("tiles").dataset.drawn === drawn) return;
  find("tiles").dataset.drawn = drawn;
  find("tiles").replaceChildren(...tiles);
}

function drawAsking(person) {
  write(find("shared-read"), person.walkIn ? say("without_card", { n: person.party }) : say("card_read"));
  write(find("shared-which"), say("which_booth"));
  write(find("shared-second"), saySecond("touch_booth"), "en");
}

function drawChosen(person, festival, view) {
  const key = person.booth ? "now_hold" : "hold_then_touch";
  tell(view.querySelector(".shared__idle"), festival.closed ? "day_over" : key);
}

function tile(booth, festival, chosen) {
  const { taken, left } = festival.stand(booth.slug);
  const button = make("button", `tile ${taken ? "tile--taken" : ""}`);
  button.type = "button";
  button.dataset.slug = booth.slug;
  if (chosen) button.setAttribute("aria-pressed", "true");
  const name = make("span", "tile__name serif", shortNameOf(booth));
  name.dataset.line = "";
  const plain = taken || left !== null ? "" : "tile__line--count";
  const line = make("span", `tile__line ${plain}`, ...standing(booth, festival));
  line.dataset.line = "";
  button.append(make("span", "tile__top", plate(booth.number, { closed: taken }), icon(booth.icon)), name, line);
  return make("li", "tiles__item", button);
}

/** How many tiles the glass holds: its layout says so. */
const atOnce = () => Number(getComputedStyle(find("tiles")).getPropertyValue("--at-once"));

function othersTile(next) {
  const button = make("button", "tile tile--others", make("span", "tile__name serif", say("other_booths")));
  button.type = "button";
  button.dataset.from = String(next);
  return make("li", "tiles__item", button);
}

function standing(booth, festival) {
  const { visits, left, open, taken } = festival.stand(booth.slug);
  if (taken) return [icon(open ? "ban" : "clock-pause", "icon--s"), say(open ? "tile_full" : "tile_closed")];
  if (left !== null) return [say("tile_left", { n: left })];
  return [visits ? say("tile_came", { n: visits }) : say("tile_first")];
}
