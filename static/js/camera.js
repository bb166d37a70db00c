// Reads codes with the device's camera: opens it, decodes what it sees, closes it when nobody looks.
//
// The decoder (zxing, 950 kB) is fetched when a camera is first wanted. It reads a 720p frame in 10–15 ms, so it runs
// here, one frame at a time, and leaves the page room between.

import { Kept } from "./kept.js";

const READER = "../vendor/zxing/es/reader/index.js";
const WASM = "../vendor/zxing/reader/zxing_reader.wasm";
const BETWEEN_FRAMES = 70;
const WIDEST = 1280;
const OUT_OF_SIGHT = 1500;
// Two people may hold out their cards at once.
const MOST_AT_ONCE = 4;
const TROUBLES = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "busy", AbortError: "busy",
};

/** Tell whether the browser lets this page have a camera at all: not on plain http. */
export const isBarred = () => !navigator.mediaDevices?.getUserMedia;

/** What is in sight: a code that is held still is new once, and again when it has been away for a while. */
export class Sight {
  #seen = new Map();

  /**
   * @param {string[]} texts what a frame shows
   * @param {number} now
   * @returns {string[]} what has come into sight with it
   */
  look(texts, now) {
    for (const [text, at] of this.#seen) if (now - at > OUT_OF_SIGHT) this.#seen.delete(text);
    const fresh = texts.filter((text) => !this.#seen.has(text));
    for (const text of texts) this.#seen.set(text, now);
    return fresh;
  }
}

/** The decoder, fetched once; a fetch that failed is tried again. */
let decoder = null;

function fetchDecoder() {
  decoder ??= import(READER).then(async (zxing) => {
    const wasm = new URL(WASM, import.meta.url).href;
    await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
    return zxing.readBarcodes;
  });
  decoder.catch(() => { decoder = null; });
  return decoder;
}

/**
 * The part of a camera's picture that a box shows which it fills and is cut off by (`object-fit: cover`).
 *
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} box a box without a size shows all
 * @returns {{left: number, top: number, width: number, height: number}}
 */
export function shownPart(picture, box) {
  const scale = Math.max(box.width / picture.width, box.height / picture.height);
  const width = scale ? Math.min(picture.width, box.width / scale) : picture.width;
  const height = scale ? Math.min(picture.height, box.height / scale) : picture.height;
  return { left: (picture.width - width) / 2, top: (picture.height - height) / 2, width, height };
}

export class Camera {
  #wanted = false;
  #turn = 0;
  #stream = null;
  #light = null;
  #lock = null;
  #sight = new Sight();
  #canvas = document.createElement("canvas");
  #chosen = new Kept("laojiefang.camera");

  /**
   * @param {HTMLVideoElement} video shows the picture; it need not stand in the page
   * @param {{onText: (text: string) => void, onChange: () => void, onTrouble: (why: string) => void,
   *   shown?: () => {width: number, height: number}}} told
   *   `onText`: a code came into sight; `onChange`: it started or stopped; `onTrouble`: "barred", "denied", "none",
   *   "busy" or "broken"; `shown`: the size of what shows the picture, where that is not `video`
   */
  constructor(video, told) {
    const shown = () => ({ width: video.clientWidth, height: video.clientHeight });
    Object.assign(this, { video, shown, ...told });
    Object.assign(video, { muted: true, playsInline: true });
    document.addEventListener("visibilitychange", () => this.#follow());
    window.addEventListener("pagehide", () => this.#release());
    window.addEventListener("pageshow", () => this.#follow());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#devicesChanged());
  }

  /** Whether somebody wants it, be the page seen or not. */
  get isWanted() {
    return this.#wanted;
  }

  get stream() {
    return this.#stream;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  /** Whether it looks at who stands before the screen: such a picture is shown as a mirror shows it. */
  get isMirror() {
    return this.#track?.getSettings().facingMode !== "environment";
  }

  get hasLight() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  get isLit() {
    return Boolean(this.#light);
  }

  open() {
    this.#wanted = true;
    if (!document.hidden) this.#start();
  }

  close() {
    this.#wanted = false;
    this.#release();
  }

  /** No lamp stays on while nobody sees the page. */
  #follow() {
    if (document.hidden) this.#release();
    else if (this.#wanted && !this.#stream) this.#start();
  }

  /** One was plugged in where there was none. */
  #devicesChanged() {
    if (this.#wanted && !this.#stream && !document.hidden) this.#start();
  }

  async #start() {
    const turn = (this.#turn += 1);
    if (isBarred()) return this.onTrouble("barred");
    const reading = fetchDecoder();
    reading.catch(() => {});
    try {
      const stream = await this.#ask();
      if (turn !== this.#turn) return stop(stream);
      await this.#show(stream);
    } catch (error) {
      if (turn === this.#turn) this.#failed(TROUBLES[error.name] ?? "broken");
      return undefined;
    }
    return this.#run(turn, reading);
  }

  async #run(turn, reading) {
    try {
      const read = await reading;
      while (turn === this.#turn) {
        await this.#look(read, turn);
        await new Promise((done) => { setTimeout(done, BETWEEN_FRAMES); });
      }
    } catch {
      if (turn === this.#turn) this.#failed("broken");
    }
  }

  /** The camera that was chosen before, if it is still there, else the one at the back. */
  async #ask() {
    const size = { width: { ideal: WIDEST }, height: { ideal: 720 } };
    const chosen = this.#chosen.read();
    if (chosen) {
      try {
        return await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: chosen } } });
      } catch (error) {
        if (TROUBLES[error.name] !== "none") throw error;
      }
    }
    return navigator.mediaDevices.getUserMedia({ video: { ...size, facingMode: { ideal: "environment" } } });
  }

  async #show(stream) {
    this.#stream = stream;
    this.#light = false;
    this.#track.addEventListener("ended", () => stream === this.#stream && this.#failed("none"));
    this.video.srcObject = stream;
    this.onChange();
    this.#stayAwake();
    await this.video.play().catch(() => {});
  }

  async #stayAwake() {
    try {
      const lock = await navigator.wakeLock?.request("screen");
      if (this.#stream) this.#lock = lock;
      else lock?.release();
    } catch {
      // A low battery may refuse it; the screen then sleeps as it always does.
    }
  }

  async #look(read, turn) {
    if (!this.video.videoWidth) return;
    const found = await read(this.#frame(), { formats: ["QRCode"], maxNumberOfSymbols: MOST_AT_ONCE });
    if (turn !== this.#turn) return;
    const texts = found.filter((code) => code.isValid && code.text).map((code) => code.text);
    this.#sight.look([...new Set(texts)], performance.now()).forEach((text) => this.onText(text));
  }

  /** What people see of the picture: a card that lies beside what is shown is not held out to be read. */
  #frame() {
    const picture = { width: this.video.videoWidth, height: this.video.videoHeight };
    const part = shownPart(picture, this.shown());
    const scale = Math.min(1, WIDEST / Math.max(part.width, part.height));
    const size = [Math.round(part.width * scale), Math.round(part.height * scale)];
    [this.#canvas.width, this.#canvas.height] = size;
    const pen = this.#canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(this.video, part.left, part.top, part.width, part.height, 0, 0, ...size);
    return pen.getImageData(0, 0, ...size);
  }

  #failed(why) {
    this.#release();
    this.onTrouble(why);
  }

  #release() {
    this.#turn += 1;
    this.#lock?.release();
    this.#lock = null;
    if (!this.#stream) return;
    stop(this.#stream);
    this.#stream = null;
    this.video.srcObject = null;
    this.onChange();
  }

  /** Switch the light on or off. */
  async light() {
    const wanted = !this.#light;
    try {
      await this.#track?.applyConstraints({ advanced: [{ torch: wanted }] });
      this.#light = wanted;
    } catch {
      this.#light = false;
    }
    this.onChange();
  }

  /** @returns {Promise<string[]>} the cameras that could be used; browsers name them only once one was allowed */
  async cameras() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId).map(({ deviceId }) => deviceId);
  }

  /** Take the next camera, from now on too. */
  async next() {
    const all = await this.cameras();
    const at = all.indexOf(this.#track?.getSettings().deviceId);
    this.#chosen.write(all[(at + 1) % all.length] ?? null);
    this.#release();
    this.#start();
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
