// The parts of templates/parts.html, for what a script draws.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element with a class, text or children.
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node | string)} children
 */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/**
 * An icon of the sprite. The chess booth's circle holds 帅.
 * @param {string} name
 * @param {string} [size]
 */
export function icon(name, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${size}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  if (name === "circle") svg.append(general());
  return svg;
}

function general() {
  const text = document.createElementNS(SVG, "text");
  const attributes = { class: "icon__glyph", x: "12", y: "15.6", "font-size": "10", "text-anchor": "middle" };
  for (const [name, value] of Object.entries(attributes)) text.setAttribute(name, value);
  text.textContent = "帅";
  return text;
}

/**
 * A door plate.
 * @param {number} number
 * @param {{closed?: boolean, bare?: boolean, size?: string}} [how]
 */
export function plate(number, { closed = false, bare = false, size = "" } = {}) {
  const classes = ["plate", closed && "plate--closed", bare && "plate--bare", size].filter(Boolean).join(" ");
  const digit = make("span", "plate__digit", String(number));
  return bare ? make("span", classes, digit) : make("span", classes, digit, make("span", "plate__unit", "号"));
}

/**
 * A seal of at most four characters.
 * @param {string} shortName
 * @param {string} [size]
 */
export function seal(shortName, size = "") {
  const few = [...shortName].length < 3 ? "seal--few" : "";
  const element = make("span", `seal ${few} ${size}`, make("span", "seal__text", [...shortName].slice(0, 4).join("")));
  element.setAttribute("aria-hidden", "true");
  return element;
}
