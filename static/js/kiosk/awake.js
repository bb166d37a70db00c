// A screen that must not sleep, and one that slept: then nothing of the last person may still stand on it.

const TICK = 5000;
const SLEPT = 30_000;

/**
 * @param {() => void} onWake the page was frozen or hidden, and is seen again
 */
export function stayAwake(onWake) {
  let lock = null;
  let last = Date.now();

  async function hold() {
    try {
      // Secure pages alone have it; elsewhere the system's own setting must keep the screen on.
      if (!document.hidden && (!lock || lock.released)) lock = await navigator.wakeLock?.request("screen");
    } catch {
      // A low battery may forbid it.
    }
  }

  function look() {
    const slept = Date.now() - last > SLEPT;
    last = Date.now();
    if (slept) onWake();
    hold();
  }

  setInterval(look, TICK);
  for (const kind of ["visibilitychange", "resume"]) document.addEventListener(kind, () => document.hidden || look());
  window.addEventListener("pageshow", (event) => event.persisted && onWake());
  hold();
}
