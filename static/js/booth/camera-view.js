// The camera in the middle of the page, and the photograph where there can be none. Only while scanning: no lamp burns
// behind the pads, and none on a page that nobody sees.

import { Camera, isBarred } from "../camera.js";
import { Kept } from "../kept.js";
import { textIn } from "../photo.js";
import { find, say, showing, write } from "./page.js";
import { FILLS_FOR } from "./result.js";

// The frame is free again for the next card; the answer stays at its foot.
const FILLS_FOR_OVER_CAMERA = 700;

export class CameraView {
  #kept = new Kept("laojiefang.camera.booth");
  #trouble = "";

  /** What the buttons do. */
  acts = {
    camera: () => this.#turn(),
    light: () => this.camera.light(),
    "next-camera": () => this.camera.next(),
    photo: () => find("photo-file").click(),
  };

  /**
   * @param {import("../station.js").Station} station
   * @param {import("./result.js").Result} result
   * @param {(text: string) => void} onText
   */
  constructor(station, result, onText) {
    Object.assign(this, { station, result, onText });
    this.camera = new Camera(find("frame-video"), {
      onText,
      onChange: () => this.#draw(),
      onTrouble: (why) => { this.#trouble = why; this.#draw(); },
    });
    find("photo-file").addEventListener("change", (event) => this.#photo(event.target));
    new MutationObserver(() => this.#follow()).observe(find("page"), { attributeFilter: ["data-view"] });
    // An answer is worth more than why there is no camera.
    new MutationObserver(() => this.#tell("")).observe(find("last"), { attributeFilter: ["class"] });
    this.#draw();
  }

  /** A page that was closed with its camera open opens it again. */
  #follow() {
    const isSeen = showing() === "scan" && Boolean(this.#kept.read()) && !isBarred();
    if (isSeen !== this.camera.isWanted) this.camera[isSeen ? "open" : "close"]();
  }

  #turn() {
    const on = !this.camera.stream;
    this.#trouble = "";
    this.#kept.write(on || null);
    this.camera[on ? "open" : "close"]();
    this.#draw();
  }

  async #photo(field) {
    const [file] = field.files;
    // The same picture once more is a change too.
    field.value = "";
    if (!file) return;
    this.#tell(say("photo_looking"));
    const read = await textIn(this.station, file);
    this.#tell(read.text ? "" : say(read.why === "away" ? "photo_away" : "photo_unread"));
    if (read.text) this.onText(read.text);
  }

  #draw() {
    const isOpen = Boolean(this.camera.stream);
    if (isOpen) this.#trouble = "";
    find("frame").hidden = !isOpen;
    find("look").classList.toggle("look--camera", isOpen);
    find("frame-video").classList.toggle("frame__video--mirror", isOpen && this.camera.isMirror);
    find("frame-light").hidden = !this.camera.hasLight;
    find("frame-light").setAttribute("aria-pressed", String(this.camera.isLit));
    find("camera").hidden = isBarred();
    // Only where https is on.
    if (find("camera-how")) find("camera-how").hidden = !isBarred();
    find("photo").hidden = !isBarred() && !this.#trouble;
    write(find("camera-word"), say(isOpen ? "camera_off" : this.#trouble ? "camera_again" : "camera"));
    this.result.fillsFor = isOpen ? FILLS_FOR_OVER_CAMERA : FILLS_FOR;
    this.#tell(this.#trouble && say(`camera_${this.#trouble}`));
    if (isOpen) this.camera.cameras().then((all) => { find("frame-next").hidden = all.length < 2; });
  }

  #tell(text) {
    find("camera-told").hidden = !text;
    write(find("camera-told"), text);
  }
}
