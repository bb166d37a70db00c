// Keeps the desk live: asks for its parts every two seconds and puts in those that changed.

const EVERY = 2_000;
const AWAY_AFTER = 5_000;

const live = document.getElementById("live");
const away = document.getElementById("away");
let heardAt = Date.now();

/** Replace what differs, part by part, so that a press or the keyboard's place survives. */
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const parts = [...fresh.querySelectorAll("[id]")];
  const same = parts.length > 0 && parts.every((part) => old.querySelector(`#${CSS.escape(part.id)}`))
    && parts.length === old.querySelectorAll("[id]").length;
  if (!same) {
    keepingFocus(() => old.replaceChildren(...fresh.childNodes));
    return;
  }
  for (const part of parts) {
    const shown = old.querySelector(`#${CSS.escape(part.id)}`);
    if (!shown.isEqualNode(part)) keepingFocus(() => shown.replaceWith(part));
  }
}

function keepingFocus(change) {
  const key = document.activeElement?.dataset?.key;
  change();
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

function clockTime(at) {
  const { zone } = document.querySelector("[data-zone]").dataset;
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(at);
}

function showAway() {
  const isAway = Date.now() - heardAt > AWAY_AFTER;
  if (isAway) away.querySelector('[data-part="since"]').textContent = clockTime(heardAt);
  away.hidden = !isAway;
}

/** A button that is held down would lose its press if its row were replaced now. */
const isPressed = () => live.querySelector(":active") !== null;

async function ask() {
  const response = await fetch(live.dataset.from, { signal: AbortSignal.timeout(EVERY * 2), cache: "no-store" });
  // 503: the desk itself cannot be read now; the page that comes instead says why, and looks again by itself.
  if (response.redirected || response.status === 503) return location.reload();
  if (!response.ok) return undefined;
  const fresh = document.createElement("main");
  fresh.id = live.id;
  fresh.dataset.from = live.dataset.from;
  fresh.innerHTML = await response.text();
  heardAt = Date.now();
  if (!isPressed()) renew(live, fresh);
  return undefined;
}

async function serve() {
  if (!document.hidden) await ask().catch(() => undefined);
  else heardAt = Date.now();
  showAway();
  setTimeout(serve, EVERY);
}

setTimeout(serve, EVERY);
