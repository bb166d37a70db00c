// The last hour as a line: persons a minute, smoothed over five.

const REACH = 2;
const EDGE = 5;

/**
 * Draw the curve into its box, in pixels of the box, so that the line keeps its width.
 * @param {HTMLElement} box
 * @param {{visits: number}[]} minutes
 */
export function drawCurve(box, minutes) {
  const { width, height } = box.getBoundingClientRect();
  const svg = box.querySelector("svg");
  if (width < 4 * EDGE || height < 4 * EDGE || !minutes.length) return;
  const dot = Math.min(height / 9, width / 30);
  const values = smoothed(minutes.map(({ visits }) => visits));
  const most = Math.max(...values, 1);
  const points = values.map((value, at) => [
    EDGE + (at / (values.length - 1)) * (width - 2 * EDGE - dot),
    height - EDGE - dot - (value / most) * (height - 2 * EDGE - 2 * dot),
  ]);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.querySelector("polyline").setAttribute("points", points.map((point) => point.map((each) => each.toFixed(1)).join()).join(" "));
  const [x, y] = points.at(-1);
  for (const [name, value] of Object.entries({ cx: x, cy: y, r: dot })) svg.querySelector("circle").setAttribute(name, value.toFixed(1));
}

/** @param {number[]} values */
export function smoothed(values) {
  return values.map((_, at) => {
    const near = values.slice(Math.max(0, at - REACH), at + REACH + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
