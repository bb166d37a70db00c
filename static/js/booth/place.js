// The other language is a page of its own: what was open, and what was half done there, is open again on it.

import { showing } from "./page.js";

const KEY = "laojiefang.place.booth";

export class Place {
  /**
   * @param {Record<string, {held?: () => unknown, open: (held: any) => void}>} views what each view holds beside its
   *   name, as JSON can, and how it opens with that; those without a row open at the scan
   * @param {import("./questions.js").Questions} questions
   */
  constructor(views, questions) {
    Object.assign(this, { views, questions });
    window.addEventListener("click", (event) => {
      // Where the server is away the page stays.
      if (!event.defaultPrevented && event.target.closest('a[href*="/language/"]')) this.#keep();
    });
  }

  /** Open what was open when the language was touched; once. */
  reopen() {
    const { view, held, asking } = taken() ?? {};
    if (!view || showing() === "start" || (showing() === "pair") !== (view === "pair")) return;
    this.questions.reopen(asking);
    this.views[view]?.open(held);
  }

  #keep() {
    const view = showing();
    const place = { view, held: this.views[view]?.held?.(), asking: this.questions.asking };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(place));
    } catch {
      // A browser that keeps nothing opens the page at its beginning.
    }
  }
}

function taken() {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return JSON.parse(kept ?? "null");
  } catch {
    return null;
  }
}
