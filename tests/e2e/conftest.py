"""Fixtures of the browser tests: pytest-playwright's `page`, in Debian's Chromium, that fails on a script's error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.e2e.browser import CHROMIUM, FLAGS, WIDE
from tests.support.processes import wait_for

#: How long a page may take to show what is expected of it: a noisy machine is no failure.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": WIDE, "locale": "en-US", "timezone_id": "America/Los_Angeles", "reduced_motion": "reduce"}


class UnderWay:
    """Requests that the live server is still answering; those of a test's own client run in the main thread."""

    def __init__(self) -> None:
        self.count, self.lock = 0, threading.Lock()
        request_started.connect(self._begins)
        request_finished.connect(self._ends)

    def _begins(self, **signal: Any) -> None:
        self._add(1)

    def _ends(self, **signal: Any) -> None:
        self._add(-1)

    def _add(self, number: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            with self.lock:
                self.count += number


@pytest.fixture(scope="session")
def under_way() -> UnderWay:
    return UnderWay()


@pytest.fixture
def page(page: Page, under_way: UnderWay) -> Iterator[Page]:
    """A page of its own; a script's error or a breach of the content policy fails the test at its end."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A refused request (403, 409, 422) is an answer like others; the browser's note on it is no error of the page.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    # What a page asks for by itself must be answered before the tables are emptied: the two would wait for each other.
    page.context.close()
    wait_for(lambda: under_way.count == 0, what="the last requests of the page to be answered")
    assert not wrong, "\n".join(wrong)
