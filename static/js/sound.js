// The chimes: wood and bell, made on the spot, so that nothing has to be fetched. A page without sound goes on silently.

const KEY = "laojiefang.volume";
const STEPS = [0.12, 0.25, 0.45, 0.7, 1];
const USUAL_STEP = 3;
export const VOLUMES = STEPS.length;
const SWITCHES = { chime: "laojiefang.chime", voice: "laojiefang.voice" };

let context = null;
let endsAt = 0;

/** Return the step of the volume, 0 to 4. */
export function volume() {
  const kept = Number.parseInt(read(KEY) ?? "", 10);
  return kept >= 0 && kept < STEPS.length ? kept : USUAL_STEP;
}

/**
 * Make it louder (+1) or quieter (−1), and return the step that holds now.
 * @param {number} by
 */
export function changeVolume(by) {
  const step = Math.min(STEPS.length - 1, Math.max(0, volume() + by));
  keep(KEY, String(step));
  return step;
}

/**
 * Tell whether chimes, or the voice, are switched on: each has a switch of its own.
 * @param {keyof typeof SWITCHES} what
 */
export const isOn = (what) => read(SWITCHES[what]) !== "off";

/** Switch chimes, or the voice, on or off; this device remembers it. */
export const turnSound = (what) => keep(SWITCHES[what], isOn(what) ? "off" : "on");

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private browsing keeps nothing: it holds for this press alone.
  }
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function audio() {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!context && Context) context = new Context();
  return context;
}

function fading(ctx, at, peak, seconds) {
  const gain = ctx.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(peak, at + 0.004);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  return gain;
}

function tone(ctx, out, { at, pitch, peak, seconds, type = "sine" }) {
  const oscillator = ctx.createOscillator();
  oscillator.type = type;
  oscillator.frequency.value = pitch;
  oscillator.connect(fading(ctx, at, peak, seconds)).connect(out);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

function wood(ctx, out, at, pitch, peak = 0.5) {
  tone(ctx, out, { at, pitch, peak, seconds: 0.07, type: "triangle" });
  tone(ctx, out, { at, pitch: pitch * 2.4, peak: peak / 2, seconds: 0.03, type: "triangle" });
}

function bell(ctx, out, at, pitch, seconds, peak = 0.4) {
  tone(ctx, out, { at, pitch, peak, seconds });
  tone(ctx, out, { at, pitch: pitch * 2.76, peak: peak / 4, seconds: seconds * 0.6 });
}

function low(ctx, out, at) {
  tone(ctx, out, { at, pitch: 220, peak: 0.6, seconds: 0.34 });
  tone(ctx, out, { at, pitch: 440, peak: 0.2, seconds: 0.26 });
}

const CHIMES = {
  welcome(ctx, out, at) {
    wood(ctx, out, at, 587);
    bell(ctx, out, at, 587, 0.24);
    wood(ctx, out, at + 0.15, 880);
    bell(ctx, out, at + 0.15, 880, 0.25);
  },
  again: (ctx, out, at) => bell(ctx, out, at, 523, 0.3, 0.5),
  refused(ctx, out, at) {
    low(ctx, out, at);
    low(ctx, out, at + 0.42);
  },
  kept: (ctx, out, at) => wood(ctx, out, at, 700, 0.8),
  ring(ctx, out, at) {
    for (const beat of [0, 0.25, 0.5]) bell(ctx, out, at + beat, 988, 0.5, 0.5);
  },
};

/** Seconds that a chime takes. */
const LASTS = { welcome: 0.4, again: 0.3, refused: 0.76, kept: 0.1, ring: 1 };

/** Open the sound, at the volume that holds now; null where the machine has none. */
export function opened() {
  const ctx = audio();
  if (!ctx) return null;
  if (ctx.state === "suspended") ctx.resume().catch(() => {});
  const out = ctx.createGain();
  out.gain.value = STEPS[volume()];
  out.connect(ctx.destination);
  return { ctx, out };
}

/** When the last chime has faded, on the clock of the sound. */
export const chimeEndsAt = () => endsAt;

/**
 * Play a chime: welcome, again, refused, kept (also the tap of a volume button) or ring. Never throws.
 * Switched off, only the call of a volunteer is heard.
 * @param {keyof typeof CHIMES} name
 */
export function chime(name) {
  if (name !== "ring" && !isOn("chime")) return;
  try {
    const sound = opened();
    if (!sound) return;
    const at = sound.ctx.currentTime + 0.01;
    CHIMES[name](sound.ctx, sound.out, at);
    endsAt = at + LASTS[name];
  } catch {
    // A machine without a sound card: the colour and the word have said it already.
  }
}

/** Tell whether sound would be heard now; before the first touch phones keep it back. */
export function isUnlocked() {
  return context?.state === "running";
}

/** Open the sound at the first touch or key, as browsers ask for. */
export function unlockOnTouch() {
  const unlock = () => {
    try {
      audio()?.resume().catch(() => {});
    } catch {
      // As above.
    }
  };
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, unlock, { once: true, capture: true });
}

const BUZZES = { welcome: [60], again: [60, 80, 60], refused: [350], kept: [60], ring: [300, 150, 300, 150, 300] };

/**
 * Buzz a phone for a state; where nothing buzzes, nothing happens.
 * @param {keyof typeof BUZZES} name
 */
export function vibrate(name) {
  try {
    navigator.vibrate?.(BUZZES[name] ?? []);
  } catch {
    // Some browsers throw before the first touch.
  }
}
