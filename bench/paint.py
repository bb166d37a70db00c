"""When a page shows its first words, on this processor and on one that is four times slower."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from bench.browser import chromium

# Playwright's own wait would evaluate in the page, which its policy forbids.
PAINTED = """() => new Promise((done) => {
    const watch = new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").length && done());
    watch.observe({ type: "paint", buffered: true });
}).then(() => performance.now())"""


@dataclass(frozen=True)
class Page:
    """A page: its path, and what has to be seen before it is of any use."""

    path: str
    usable: str


PAGES = {
    "kiosk": Page("/kiosk", "#pair-pad"),
    "booth": Page("/booth", "#pair-pad"),
    "board": Page("/board", "#rows li"),
    "my": Page("/my", "main"),
}


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser, started once."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


def usable_after(opened: Browser, address: str, page: Page, slower: int = 1) -> float:
    """Return milliseconds from the start of loading, with nothing kept from before, until the page is of use."""
    context = opened.new_context(locale="zh-CN")
    tab = context.new_page()
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tab.goto(f"{address}{page.path}", wait_until="commit")
    tab.wait_for_selector(page.usable, state="visible")
    after: float = tab.evaluate(PAINTED)
    context.close()
    return after
