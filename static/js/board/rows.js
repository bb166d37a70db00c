// The booths: plate, name, wall of bricks, chip and figure. Rows are made once and then changed.

import { fitText } from "../fit.js";
import { icon, make, plate } from "../parts.js";
import { pageWords } from "../words.js";

const NEW_FOR = 1000;
const LEAST_SCALE = 20;
/** Of a wall of two courses, in pixels of the television (look: brick). */
const BRICK_WIDTH = 34;
const WALL_HEIGHT = 64;
/** How large letters may be in their row, and how high a line of a name of two lines is in its size. */
const LETTERS = 0.78;
const LINE = 1.2;
/** Smaller than this part of the list's size a name is not read from afar: it is cut short instead. */
const LEAST = 0.45;
/** A chip beside a wall makes all walls at most so much shorter; a wider one stands over its wall. */
const LEAST_SHARE = 0.4;

const say = pageWords();
const isEnglish = document.documentElement.lang === "en";

/** A booth's name where there is room for little. */
const shownName = (booth) => (isEnglish && booth.name_en) || booth.short_name || booth.name;

export class Row {
  #visits = null;
  /** What stands in the row beside figure and wall, as one text. */
  shown = "";
  whole = "";
  #isWide = false;
  #timer = 0;

  constructor(booth) {
    this.plate = make("span", "row__plate");
    this.name = make("span", "row__name");
    this.wall = make("span", "row__wall brick");
    this.fresh = make("span", "row__wall row__wall--new brick");
    this.chip = make("span", "row__chip");
    this.bar = make("span", "row__bar", this.wall, this.fresh, this.chip);
    this.figure = make("strong", "row__figure figure");
    this.element = make("li", "row", this.plate, make("span", "row__place", this.name), this.bar, this.figure);
    this.element.dataset.slug = booth.slug;
  }

  /** Show how the booth stands, but for its wall. */
  write(booth) {
    const state = !booth.open ? "closed" : booth.left === 0 ? "full" : "";
    const shown = JSON.stringify([booth.number, shownName(booth), state]);
    if (shown !== this.shown) this.#draw(booth, state);
    this.shown = shown;
    if (this.figure.textContent !== String(booth.visits)) this.figure.textContent = String(booth.visits);
  }

  #draw(booth, state) {
    this.plate.className = `row__plate ${booth.number > 99 ? "row__plate--long" : ""}`;
    this.plate.replaceChildren(plate(booth.number, { bare: true, closed: state === "closed" }));
    this.whole = shownName(booth);
    this.name.textContent = this.whole;
    this.chip.className = `row__chip ${state ? `row__chip--${state}` : ""}`;
    this.chip.hidden = !state;
    this.chip.replaceChildren(...(state ? [icon(state === "full" ? "ban" : "clock-pause"), make("span", "", say(state))] : []));
  }

  /**
   * Give the name the largest size that its place holds: one line, or two of a longer one; one that is longer still
   * is cut short.
   * @param {number} size of words on this board, in px
   */
  fit(size) {
    this.#fitName(size);
    this.element.classList.remove("row--stacked");
    this.#isWide = this.chip.offsetWidth + this.gap > this.bar.clientWidth * (1 - LEAST_SHARE);
  }

  #fitName(size) {
    const high = this.name.parentElement.clientHeight;
    const least = size * LEAST;
    const step = size / 36;
    // Letters hang below the line, hanzi do not.
    const most = isEnglish ? Math.min(size, high * LETTERS) : size;
    const twoLines = Math.min(size, high / 2 / LINE) * 0.99;
    this.name.textContent = this.whole;
    const oneLine = this.#fits(1, most, least, step) ? Number.parseFloat(this.name.style.fontSize) : 0;
    if (oneLine >= twoLines) return;
    if (this.#fits(2, twoLines, least, step) && Number.parseFloat(this.name.style.fontSize) > oneLine) return;
    if (oneLine) this.#fits(1, oneLine, oneLine, step);
    else this.#shorten(twoLines >= least ? 2 : 1, least);
  }

  #fits(lines, most, least, step = 1) {
    this.name.classList.toggle("row__name--two", lines === 2);
    return fitText(this.name, { most, least, lines, step });
  }

  #shorten(lines, size) {
    for (let length = this.whole.length - 1; length > 0; length -= 1) {
      this.name.textContent = `${this.whole.slice(0, length).trimEnd()}…`;
      if (this.#fits(lines, size, size)) return;
    }
  }

  /** How wide the bar's place is, and how much of it the chip takes. */
  get room() {
    const beside = this.#isWide ? 0 : this.chip.offsetWidth;
    return { bar: this.bar.clientWidth, chip: beside && beside + this.gap };
  }

  get gap() {
    return this.bar.clientWidth * 0.03;
  }

  /** Show so much of the wall as `visits` are of `scale`; what is new is vermilion for a second. */
  build(visits, scale) {
    const grown = this.#visits !== null && visits > this.#visits;
    const part = Math.min(1, visits / scale);
    this.wall.style.clipPath = `inset(0 ${(100 - part * 100).toFixed(2)}% 0 0)`;
    const isStacked = this.#isWide && visits > 0;
    this.element.classList.toggle("row--stacked", isStacked);
    const after = isStacked ? 0 : part * this.bar.clientWidth + (visits ? this.gap : 0);
    this.chip.style.left = `${Math.max(0, Math.min(after, this.bar.clientWidth - this.chip.offsetWidth)).toFixed(1)}px`;
    if (grown) this.#light(part, (this.#visits / scale), scale);
    this.#visits = visits;
  }

  #light(to, from) {
    const brick = (this.wall.clientHeight * BRICK_WIDTH) / WALL_HEIGHT;
    const least = to - brick / Math.max(1, this.bar.clientWidth);
    const begin = Math.max(0, Math.min(from, least));
    this.fresh.style.clipPath = `inset(0 ${(100 - to * 100).toFixed(2)}% 0 ${(begin * 100).toFixed(2)}%)`;
    this.fresh.classList.add("row__wall--lit");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fresh.classList.remove("row__wall--lit"), NEW_FOR);
  }
}

/**
 * Return how many visits the whole wall stands for: one number for all booths, so high that every chip has room.
 * @param {{visits: number, room: {bar: number, chip: number}}[]} booths
 */
export function scaleFor(booths) {
  const needed = booths.map(({ visits, room }) => {
    const share = room.bar > 0 ? Math.max(LEAST_SHARE, (room.bar - room.chip) / room.bar) : 1;
    return visits / share;
  });
  return roundedUp(Math.max(LEAST_SCALE, ...needed));
}

/** @param {number} value */
export function roundedUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  return steps.map((step) => step * power).find((step) => step >= value);
}
