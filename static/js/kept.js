// What a browser keeps from one page to the next.

/** A value under a key; in memory where the browser keeps nothing. */
export class Kept {
  #memory = null;

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null") ?? this.#memory;
    } catch {
      return this.#memory;
    }
  }

  write(value) {
    this.#memory = value;
    try {
      if (value === null) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(value));
    } catch {
      // A full or barred store: memory holds it while the page is open.
    }
  }
}
