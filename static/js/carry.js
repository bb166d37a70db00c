// What an open page takes along when the laptop's address has changed. Browsers keep things by address, so they go in the
// fragment of the new one, which no server sees. The old address keeps its own: nonces make sending twice harmless, and a
// page that never arrives has lost nothing.

/** So many milliseconds without an answer, and the laptop's address may have changed. */
export const ASK_AFTER = 20 * 1000;

const MARK = "#carry=";
// Figures, as the laptop shows them, or a name of the local network: nobody is to be talked into another place.
const WRITTEN = /^(?:https?:\/\/)?((?:\d{1,3}\.){3}\d{1,3}|[a-z0-9-]+\.local|localhost)(?::(\d{1,5}))?\/?$/;

/**
 * Tell whether this device may have to go on elsewhere.
 * @param {{isPaired: boolean}} station
 * @param {number | null} since from which moment of the page on the server has been away
 */
export const mayHaveMoved = (station, since) => station.isPaired && since !== null && performance.now() - since >= ASK_AFTER;

/**
 * Return the address that somebody typed, with this page's scheme, and its port where none was typed.
 * @param {string} typed
 * @param {{protocol: string, port: string}} [here]
 * @returns {string | null} null where it is none
 */
export function addressIn(typed, { protocol, port } = location) {
  const found = WRITTEN.exec(typed.trim().toLowerCase().replaceAll("：", ":").replaceAll("。", "."));
  if (!found || found[1].split(".").some((part) => Number(part) > 255) || Number(found[2]) > 65535) return null;
  const at = found[2] ?? port;
  return `${protocol}//${found[1]}${at ? `:${at}` : ""}`;
}

/** Write what a device holds as the fragment of an address. @param {object} held */
export function pack(held) {
  const bytes = new TextEncoder().encode(JSON.stringify(held));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return MARK + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Open this page at another address, with what the device holds; to be called while a person touches the page, or the
 * browser does not let it.
 * @param {string} address
 * @param {{held: object}} station
 */
export function carryTo(address, station) {
  window.open(`${address}${location.pathname}${pack(station.held)}`, "_blank", "noopener");
}

/** Return what the fragment of an address holds, null where it is no such fragment. @returns {object | null} */
export function unpack(fragment) {
  if (!fragment.startsWith(MARK)) return null;
  try {
    const text = atob(fragment.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/"));
    const held = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (sign) => sign.charCodeAt(0))));
    return held !== null && typeof held === "object" ? held : null;
  } catch {
    return null;
  }
}

/**
 * Take in what this page's address brought; the address is cleaned when it is done, so that a page that is closed before
 * begins anew.
 * @param {{takeOver: (held: object) => Promise<boolean>}} station
 * @returns {Promise<boolean>} whether something was taken in
 */
export async function arrive(station) {
  if (!location.hash.startsWith(MARK)) return false;
  const held = unpack(location.hash);
  const taken = held !== null && (await station.takeOver(held));
  history.replaceState(null, "", location.pathname + location.search);
  return taken;
}
