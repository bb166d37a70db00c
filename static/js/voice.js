// The festival's voice: clips that a neighbour recorded, or a machine's. It waits for the chime, and for whatever is
// being said: no announcement cuts another off. A page without a voice loads nothing and is silent.

import { chimeEndsAt, isOn, opened } from "./sound.js";

const LIST = "/kiosk/voice";
/** Milliseconds for the server to answer, and after which an announcement is of no use to anybody any more. */
const WITHIN = 2500;
const LATE_AFTER = 8000;
/** Seconds between the chime and the voice, and between two phrases. */
const BREATH = 0.12;
const GAP = 0.04;
/** Of the loudest moment: what lies below it at either end of a clip is no speech. */
const QUIET = 0.04;
const MARGIN = 0.03;
const LOUD = 0.9;
const MOST_GAIN = 6;

export class Voice {
  #announcements = {};
  /** @type {Map<string, {buffer: AudioBuffer, from: number, lasts: number, gain: number}>} */
  #kept = new Map();
  #last = Promise.resolve(true);

  /** Whether there is anything that can be said. */
  get canSpeak() {
    return Object.keys(this.#announcements).length > 0;
  }

  /** Read what can be said, and fetch what is new of it; what is there stays where the server does not answer. */
  async refresh() {
    try {
      const { announcements, keep } = await (await ask(LIST)).json();
      this.#announcements = announcements;
      for (const address of this.#kept.keys()) if (!keep.includes(address)) this.#kept.delete(address);
      for (const address of keep) if (!this.#kept.has(address)) await this.#keep(address);
    } catch {
      // The server is away, or a clip is gone just now: the next time will do.
    }
  }

  async #keep(address) {
    try {
      this.#kept.set(address, await prepared(address));
    } catch (error) {
      // A clip that this browser cannot play must not keep the others away.
      if (error.name !== "EncodingError") throw error;
    }
  }

  /**
   * Say an announcement, after the one before; resolves to whether it was heard.
   * @param {string} name
   * @param {{number?: number, first?: number, booth?: string}} [about]
   * @param {() => boolean} [isWanted] asked when its turn has come
   */
  announce(name, about = {}, isWanted = () => true) {
    if (!isOn("voice") || !(name in this.#announcements)) return Promise.resolve(false);
    return this.#queue(this.sounds(name, about), () => isOn("voice") && isWanted());
  }

  /** Say these sounds, by their addresses, in one go. */
  say(addresses) {
    return this.#queue(Promise.resolve(addresses), () => true);
  }

  /** The addresses of what an announcement is made of; none where it cannot be said. */
  async sounds(name, about = {}) {
    const always = this.#announcements[name];
    if (always) return always;
    const told = Object.entries(about).filter(([, value]) => value !== undefined && value !== null);
    return (await (await ask(`${LIST}/said/${name}?${new URLSearchParams(told)}`)).json()).sounds;
  }

  #queue(addresses, isWanted) {
    const late = performance.now() + LATE_AFTER;
    // Fetched while another is being said. One sound that is missing, and nothing is said: no half a sentence.
    const ready = addresses.then((all) => Promise.all(all.map((each) => this.#kept.get(each) ?? prepared(each))));
    ready.catch(() => {});
    const turn = this.#last.then(async () => {
      const sounds = await ready;
      return performance.now() < late && isWanted() ? play(sounds) : false;
    }).catch(() => false);
    this.#last = turn;
    return turn;
  }
}

async function ask(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(WITHIN) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

/** Fetch a sound, and find where the speech in it begins and ends and how loud it is. */
export async function prepared(address) {
  const sound = opened();
  if (!sound) throw new Error("no sound here");
  const buffer = await sound.ctx.decodeAudioData(await (await ask(address)).arrayBuffer());
  return { buffer, ...speechIn(buffer) };
}

/** Clips recorded one by one have silence at both ends and differ in loudness: a number of them must sound as one. */
export function speechIn(buffer) {
  const samples = buffer.getChannelData(0);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const isSpeech = (sample) => Math.abs(sample) > peak * QUIET;
  const first = samples.findIndex(isSpeech);
  const last = samples.findLastIndex(isSpeech);
  const from = Math.max(0, first / buffer.sampleRate - MARGIN);
  const to = Math.min(buffer.duration, last / buffer.sampleRate + MARGIN);
  return { from, lasts: Math.max(0, to - from), gain: peak ? Math.min(MOST_GAIN, LOUD / peak) : 0 };
}

async function play(sounds) {
  const sound = opened();
  // Before the first touch a browser may hold sound back: nobody waits for it.
  if (!sounds.length || !sound || !(await isRunning(sound.ctx))) return false;
  let at = Math.max(sound.ctx.currentTime, chimeEndsAt() + BREATH);
  for (const each of sounds) {
    start(sound, each, at);
    at += each.lasts + GAP;
  }
  await new Promise((done) => { setTimeout(done, (at - sound.ctx.currentTime) * 1000); });
  return true;
}

function start({ ctx, out }, { buffer, from, lasts, gain }, at) {
  const source = ctx.createBufferSource();
  const level = ctx.createGain();
  source.buffer = buffer;
  level.gain.value = gain;
  source.connect(level).connect(out);
  source.start(at, from, lasts);
}

async function isRunning(ctx) {
  if (ctx.state !== "running") await Promise.race([ctx.resume(), new Promise((done) => { setTimeout(done, 300); })]);
  return ctx.state === "running";
}
