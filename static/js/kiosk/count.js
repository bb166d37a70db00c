// How many they are: with one card (2 to 20), or without any (1 to 20).

import { make } from "../parts.js";
import { say, saySecond } from "./settings.js";
import { define, draw, find, write } from "./views.js";

const MOST = 20;
const FIRST_PAGE = 9;

/**
 * @param {import("./flow.js").Flow} flow
 * @returns {{more: () => void}}
 */
export function defineCount(flow) {
  let many = false;
  define("count", () => drawCount(flow, many));
  find("count-numbers").addEventListener("click", (event) => {
    const number = event.target.closest("[data-number]");
    if (number) flow.counted(Number(number.dataset.number));
  });
  return {
    start(counting) {
      many = false;
      flow.count(counting);
    },
    more() {
      many = !many;
      draw();
    },
  };
}

function drawCount({ person, festival }, many) {
  const walkIn = person.counting === "walk-in";
  const first = walkIn ? 1 : 2;
  const split = first + FIRST_PAGE;
  const numbers = many ? range(split, MOST) : range(first, split - 1);
  const chosen = person.counted ? person.party : 0;
  find("count-numbers").replaceChildren(...numbers.map((number) => numberTile(number, number === chosen)));
  find("count-numbers").style.setProperty("--count", String(numbers.length));
  find("count-numbers").dataset.many = String(many);
  find("count-read").hidden = !person.card;
  write(find("count-more").firstElementChild, say(many ? "fewer" : "more"));
  write(find("count-cancel"), say(walkIn ? "back" : "just_me"));
  const [title, line] = wordsFor(person, walkIn, festival.bound);
  write(find("count-title"), say(title, { n: person.party }));
  write(find("count-line"), say(line));
  write(find("count-second"), saySecond(line), "en");
}

function wordsFor(person, walkIn, bound) {
  if (walkIn) return ["walk_in", bound ? "walk_in_line" : "walk_in_shared"];
  if (person.counted) return ["party_set", "hold"];
  return ["party", person.card ? "party_read_line" : "party_line"];
}

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

function numberTile(number, chosen) {
  const button = make("button", "touch touch--number figure", String(number));
  button.type = "button";
  button.dataset.number = String(number);
  button.setAttribute("aria-pressed", String(chosen));
  return button;
}
