"""Fixtures of the browser tests: pytest-playwright's `page`, in Debian's Chromium, that fails on a script's error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.e2e.browser import CHROMIUM, FLAGS, WIDE

#: How long a page may take to show what is expected of it: a noisy machine is no failure.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": WIDE, "locale": "en-US", "timezone_id": "America/Los_Angeles", "reduced_motion": "reduce"}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page of its own; a script's error or a breach of the content policy fails the test at its end."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A refused request (403, 409, 422) is an answer like others; the browser's note on it is no error of the page.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert not wrong, "\n".join(wrong)
