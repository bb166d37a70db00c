// Has the booth page kept by the browser, so that it opens without the server. On plain http browsers do not allow it.

const SETTLED_AFTER = 4000;
const EVERY = 60 * 1000;

let kept = 0;

/** Whether the page could be opened again while the server is away. */
export const isReopenable = () => Boolean(navigator.serviceWorker?.controller) && kept > 0;

function used() {
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = files.filter((url) => url.startsWith(`${location.origin}/static/`));
  return [...new Set([`${location.origin}${location.pathname}`, ...own])];
}

function tell() {
  const urls = used();
  if (!navigator.serviceWorker.controller || urls.length === kept) return;
  navigator.serviceWorker.controller.postMessage({ keep: urls });
  kept = urls.length;
}

/** Keep the page from now on, with whatever it comes to use. */
export async function keepPage() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register("/booth/worker.js", { scope: "/booth" });
  } catch {
    // A private window, or a browser that forbids it: the page says that it must stay open.
    return;
  }
  setTimeout(tell, SETTLED_AFTER);
  setInterval(tell, EVERY);
}
