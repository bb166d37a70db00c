// Times of day at the festival, whatever zone the device believes to be in.

/**
 * Return what writes moments as hours are set (09:31), and what writes them as the festival's clocks do (9:31).
 * @param {string | undefined} timeZone
 * @returns {{hourOf: (moment: Date) => string, hour: (moment: Date) => string}}
 */
export function hoursIn(timeZone) {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  const hourOf = (moment) => clock.format(moment);
  return { hourOf, hour: (moment) => hourOf(moment).replace(/^0(?=\d)/, "") };
}
