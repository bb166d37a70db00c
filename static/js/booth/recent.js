// The last scans of this device. It survives a reload, and holds no code: short numbers and visits alone.

const KEY = "laojiefang.booth.recent";
const SHOWN = 5;
const KEPT = 40;
const UNDO_WITHIN = 10 * 60 * 1000;

/**
 * @typedef {{id: string, at: number, kind: "card" | "number" | "walk-in" | "bad", party: number, booth?: string,
 *   state: "welcome" | "again" | "refused" | "kept" | "undoing" | "undone", short?: string, visit?: number,
 *   answeredAt?: number, wantsUndo?: boolean}} Line
 *   `at` and `answeredAt` in milliseconds of the festival's clock; `id` is the nonce
 */

export class Recent {
  /** @type {Line[]} newest first */
  #lines = read();

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
  }

  /** The last five. */
  get shown() {
    return this.#lines.slice(0, SHOWN);
  }

  get all() {
    return this.#lines;
  }

  /** @param {string} id @returns {Line | undefined} */
  line(id) {
    return this.#lines.find((line) => line.id === id);
  }

  /** Add a line, or change one. @param {Partial<Line> & {id: string}} line */
  put(line) {
    const merged = { ...this.line(line.id), ...line };
    const others = this.#lines.filter(({ id }) => id !== line.id);
    this.#lines = [merged, ...others].sort((one, two) => two.at - one.at).slice(0, KEPT);
    this.#changed();
  }

  /** @param {string} id */
  drop(id) {
    this.#lines = this.#lines.filter((line) => line.id !== id);
    this.#changed();
  }

  /** Forget everything: the device belongs to somebody else now. */
  clear() {
    this.#lines = [];
    this.#changed();
  }

  #changed() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#lines));
    } catch {
      // A full or barred store: the lines live while the page is open.
    }
    this.onChange();
  }
}

/** Whether a line can still be taken back. @param {Line} line @param {number} now */
export function canUndo(line, now) {
  if (line.state === "kept") return true;
  return line.state === "welcome" && Boolean(line.visit) && now - (line.answeredAt ?? line.at) < UNDO_WITHIN;
}

function read() {
  try {
    const lines = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(lines) ? lines : [];
  } catch {
    return [];
  }
}
