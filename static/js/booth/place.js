// The other language is a page of its own: what was open, and what was typed there, is open again on it.

const KEY = "laojiefang.place.booth";

/** Keep the place when the language is touched. @param {() => unknown} what returns the place, as JSON can hold it */
export function keepPlace(what) {
  window.addEventListener("click", (event) => {
    // Where the server is away the page stays.
    if (event.defaultPrevented || !event.target.closest('a[href*="/language/"]')) return;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(what()));
    } catch {
      // A browser that keeps nothing opens the page at its beginning.
    }
  });
}

/** The place that was kept, once; null where there is none. */
export function takePlace() {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return JSON.parse(kept ?? "null");
  } catch {
    return null;
  }
}
