// "My day": the seals of whoever has just held their card here, and what is still open. No name, no number; the server
// tells it for the scan of the moment alone, and nothing of it stays.

import { icon, make, seal } from "../parts.js";
import { shortNameOf } from "./festival.js";
import { language, say, saySecond } from "./settings.js";
import { stampsOf } from "./stamps.js";
import { define, draw, find, show, write } from "./views.js";

/**
 * @param {import("./flow.js").Flow} flow
 * @returns {{open: () => void}}
 */
export function defineDay(flow) {
  define("day", () => flow.person.day && drawDay(flow.person.day, flow.festival));
  return {
    open() {
      const nonce = flow.result?.nonce;
      if (!nonce) return;
      flow.stop();
      flow.person.day = { stamps: null };
      show("day");
      read(flow, flow.person.day, nonce);
    },
  };
}

async function read(flow, day, nonce) {
  day.stamps = await stampsOf(flow.station, nonce);
  day.failed = !day.stamps;
  if (flow.person.day === day) draw();
}

function drawDay({ stamps, failed }, festival) {
  const n = Object.keys(stamps ?? {}).length;
  const title = failed ? "day_away" : stamps ? "booths_today" : "day_reading";
  write(find("day-title"), say(title, { n }));
  write(find("day-second"), saySecond(title, { n }), "en");
  const left = stamps ? (festival.all ?? []).filter(({ slug }) => !stamps[slug] && !festival.stand(slug).taken).length : 0;
  write(find("day-line"), stamps ? say(left ? "day_left" : "day_all", { n: left }) : "");
  const booths = stamps ? festival.all ?? [] : [];
  find("day-booths").replaceChildren(...booths.map((booth) => tile(booth, stamps[booth.slug], festival)));
  find("day-booths").dataset.many = String(booths.length > 12);
}

function tile(booth, at, festival) {
  const { open, taken } = festival.stand(booth.slug);
  const mark = at ? seal(booth.short_name || booth.name) : icon(booth.icon, "icon--fine");
  const name = make("span", "day__name", ...(at ? [] : [make("b", "", String(booth.number)), language() === "en" ? " " : "号 "]), shortNameOf(booth));
  name.dataset.line = "";
  const item = make("li", `day__booth ${at ? "day__booth--seen" : ""}`, make("span", "day__mark", mark), name);
  item.append(...state(at, open, taken, festival));
  return item;
}

function state(at, open, taken, festival) {
  if (at) return [make("span", "day__time figure", festival.hour(new Date(at)))];
  if (!taken) return [];
  return [make("span", "day__stands", icon(open ? "ban" : "clock-pause", "icon--s"), say(open ? "tile_full" : "tile_closed"))];
}
