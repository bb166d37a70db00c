"""Browsers for the tests of the organisers' pages."""

import pytest

from app import Application
from tests.admin.browser import Browser


@pytest.fixture
def browser(application: Application) -> Browser:
    """A browser that has not signed in."""
    return Browser(application)


@pytest.fixture
def organiser(browser: Browser) -> Browser:
    """A browser whose organiser has signed in."""
    assert browser.sign_in().status_code == 303
    return browser
