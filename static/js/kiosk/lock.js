// The kiosk's glass is for touching what is shown: no menus, no selecting, no dragging, no pinching, no leaving.

const BARRED = ["contextmenu", "selectstart", "dragstart", "drop", "gesturestart", "copy", "cut", "paste"];

/** Lock the page. */
export function lock() {
  for (const kind of BARRED) window.addEventListener(kind, (event) => event.preventDefault());
  window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  window.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  window.addEventListener("keydown", (event) => {
    // A gun's scan must not zoom, search or leave; an organiser with a keyboard still has F11 and F12.
    if ((event.ctrlKey || event.metaKey) && ["+", "-", "=", "0", "f", "p", "s"].includes(event.key)) event.preventDefault();
    if (["Backspace", "'", "/"].includes(event.key) && event.target === document.body) event.preventDefault();
  });
  history.pushState(null, "", location.href);
  window.addEventListener("popstate", () => history.pushState(null, "", location.href));
}
