// The number under which something is sent, however often: it counts once.

/** A UUID of version 4. `crypto.randomUUID` is absent on plain http. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The one that follows on a nonce: the same wherever it is asked for, so that a scan which lies at two addresses of this
 * laptop goes on as one.
 * @param {string} before
 */
export function nonceAfter(before) {
  const end = (BigInt(`0x${before.slice(-12)}`) + 1n) & 0xffff_ffff_ffffn;
  return before.slice(0, -12) + end.toString(16).padStart(12, "0");
}
