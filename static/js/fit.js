// Words that have little room: as large as they fit, never cut off.

/**
 * Give an element the largest size of text that fits its box.
 * @param {HTMLElement} element
 * @param {{most: number, least: number, lines?: number, step?: number}} sizes in px; `lines` it may take
 * @returns {boolean} whether it fits now
 */
export function fitText(element, { most, least, lines = 1, step = 2 }) {
  for (let size = most; size >= least; size -= step) {
    element.style.fontSize = `${size}px`;
    if (fits(element, lines)) return true;
  }
  return false;
}

/**
 * Give a name one line where it can be large on it, else two.
 * @param {HTMLElement} element
 */
export function fitName(element) {
  if (!fitText(element, { most: 40, least: 30 })) fitText(element, { most: 30, least: 16, lines: 2, step: 1 });
}

function fits(element, lines) {
  const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(element);
  const height = element.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
  return element.scrollWidth <= element.clientWidth + 1 && Math.round(height / Number.parseFloat(lineHeight)) <= lines;
}
