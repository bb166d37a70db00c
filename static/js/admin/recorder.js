// The microphone: one recording at a time, and how loud it is while it runs.

const LONGEST = 9000;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const BITS_PER_SECOND = 48_000;
/** What is never louder than this was silence. */
const SILENCE = 0.02;

/** Whether the browser keeps the microphone from this address. */
export const isBarred = () => !window.isSecureContext || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder;

export class Recorder {
  #stream = null;
  #context = null;
  #running = null;

  /** @param {(level: number) => void} onLevel from 0 to 1, many times a second while it records */
  constructor(onLevel) {
    this.onLevel = onLevel;
  }

  /**
   * Record until `stop` is called, or for nine seconds; resolves to what was recorded, and whether anything was heard.
   * Throws what `getUserMedia` throws.
   * @param {() => void} onBegin the microphone is open: speak
   * @returns {Promise<{sound: Blob, isSilent: boolean, isDropped: boolean, isCut: boolean}>}
   */
  async record(onBegin) {
    const stream = await this.#open();
    const recorder = new MediaRecorder(stream, {
      mimeType: KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)),
      audioBitsPerSecond: BITS_PER_SECOND,
    });
    const parts = [];
    const meter = this.#measure(stream);
    this.#running = { recorder, isDropped: false, isCut: false };
    const running = this.#running;
    const ended = new Promise((done) => { recorder.addEventListener("stop", done, { once: true }); });
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.start();
    onBegin();
    const timer = setTimeout(() => {
      running.isCut = true;
      this.stop();
    }, LONGEST);
    await ended;
    clearTimeout(timer);
    this.#running = null;
    const sound = new Blob(parts, { type: recorder.mimeType });
    return { sound, isSilent: meter.end() < SILENCE, isDropped: running.isDropped, isCut: running.isCut };
  }

  /** End the recording. */
  stop() {
    if (this.#running?.recorder.state === "recording") this.#running.recorder.stop();
  }

  /** End the recording, and keep nothing of it. */
  drop() {
    if (this.#running) this.#running.isDropped = true;
    this.stop();
  }

  /** Let go of the microphone. */
  close() {
    this.drop();
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
  }

  /** It stays open from one phrase to the next: opening it anew would swallow the first syllable. */
  async #open() {
    if (!this.#stream?.active) this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return this.#stream;
  }

  #measure(stream) {
    this.#context ??= new AudioContext();
    this.#context.resume().catch(() => {});
    const source = this.#context.createMediaStreamSource(stream);
    const analyser = this.#context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    source.connect(analyser);
    let loudest = 0;
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      loudest = Math.max(loudest, level);
      this.onLevel(level);
    }, 50);
    return {
      end: () => {
        clearInterval(timer);
        source.disconnect();
        this.onLevel(0);
        return loudest;
      },
    };
  }
}
