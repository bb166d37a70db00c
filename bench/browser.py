"""The browser that measures and pictures pages: the one that the checks found, or Playwright's own."""

import os

from playwright.sync_api import Browser, Playwright

# Chromium ends itself when a message bus goes away; it needs none here.
NO_BUS = {f"DBUS_{bus}_BUS_ADDRESS": "unix:path=/dev/null" for bus in ("SYSTEM", "SESSION")}


def chromium(playwright: Playwright) -> Browser:
    """Start it."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(
        executable_path=os.environ.get("LAOJIEFANG_CHROMIUM") or None,
        args=["--no-sandbox"] if is_root else [],
        env={**os.environ, **NO_BUS},
    )
