// The kiosk's glass is for touching what is shown: no menus, no selecting, no dragging, no pinching, no leaving.

const BARRED = ["contextmenu", "selectstart", "dragstart", "drop", "gesturestart", "copy", "cut", "paste"];

// A gun's scan or a child's fist must not zoom, search, print or leave; reading the page anew does no harm.
const HARMLESS = ["F5", "r", "R"];
const ELSEWHERE = /^(F\d+|Escape|Browser\w+|Launch\w+|ContextMenu)$/;
const ON_THE_PAGE = ["Backspace", "'", "/"];

function isLeaving({ key, altKey, ctrlKey, metaKey, target }) {
  if (HARMLESS.includes(key)) return altKey;
  if (altKey || ctrlKey || metaKey || ELSEWHERE.test(key)) return true;
  return ON_THE_PAGE.includes(key) && target === document.body;
}

/** Lock the page. */
export function lock() {
  for (const kind of BARRED) window.addEventListener(kind, (event) => event.preventDefault());
  window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  window.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  window.addEventListener("keydown", (event) => isLeaving(event) && event.preventDefault());
  history.pushState(null, "", location.href);
  window.addEventListener("popstate", () => history.pushState(null, "", location.href));
}
