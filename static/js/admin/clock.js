// The time in the page's head, on the festival's clock.

const shown = document.querySelector("[data-zone]");
const EVERY = 5_000;

if (shown) {
  const { language } = document.documentElement.dataset;
  const timeZone = shown.dataset.zone;
  const time = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", {
    timeZone, weekday: "short", day: "numeric", month: language === "en" ? "short" : "long",
  });
  const write = (part, text) => {
    const element = shown.querySelector(`[data-part="${part}"]`);
    if (element.textContent !== text) element.textContent = text;
  };
  setInterval(() => {
    write("time", time.format(new Date()).replace(/^0(\d)/, "$1"));
    write("day", day.format(new Date()).replace(",", ""));
  }, EVERY);
}
