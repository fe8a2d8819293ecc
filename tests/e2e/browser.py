"""Driving Debian's Chromium against the live site under its real content policy.

Use with the fixtures of tests/e2e/conftest.py:

    @pytest.mark.browser
    def test_the_desk_opens(live_server, page, coordinator):
        sign_in(page, coordinator, live_server.url)
        page.goto(f"{live_server.url}/cases/")
        axe(page)
        shoot(page, "cases")
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

_AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page) -> None:
    """Fail with what axe finds on the page as it stands. The policy of the page stays in force: nothing is injected."""
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(_AXE.read_text(encoding="utf-8") + "; null")
    found = page.evaluate(
        "(tags) => window.axe.run(document, {runOnly: {type: 'tag', values: tags}}).then((said) => said.violations)",
        _RULES,
    )
    assert not found, f"axe on {page.url}:\n" + "\n".join(_violation(one) for one in found)


def _violation(found: dict[str, Any]) -> str:
    places = [f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in found["nodes"][:5]]
    return f"  {found['id']}: {found['help']} ({len(found['nodes'])})\n" + "\n".join(places)


def axe_everywhere(page: Page) -> None:
    """`axe` at both widths, in the light and in the dark; the page is left wide and light."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        for theme in ("dark", "light"):
            # By a locator, which waits: between two pages there is a moment without any document.
            page.locator("html").evaluate("(html, theme) => { html.dataset.bsTheme = theme; }", theme)
            axe(page)


def sign_in(page: Page, user: Any, address: str) -> None:
    """Give the browser a session of the user at the site's address, as after the sign-in form."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address, "httpOnly": True}]
    )


def send(page: Page, name: str) -> None:
    """Press the button of a form that leaves the page and wait for the answer: what it writes is written then.

    A page asks the server whether its person is still signed in before it sends a form, so a click alone returns early.
    """
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Press a link that leaves the page and wait for the next one: a click alone returns before."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def shots_folder() -> Path:
    """Where pictures go: IMR_SHOTS, else a folder in the temporary directory."""
    folder = Path(os.environ.get("IMR_SHOTS") or Path(tempfile.gettempdir()) / "imr-shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def draw(of: Page | Locator, name: str, **options: Any) -> None:
    """Keep a picture under this name, unless IMR_SHOTS is set to nothing: a whole run would draw six hundred."""
    if os.environ.get("IMR_SHOTS") != "":
        of.screenshot(path=shots_folder() / f"{name}.png", **options)


def shoot(page: Page, name: str, *, dark: bool = False) -> None:
    """Pictures of the whole page at 1280 and at 390 px; the page is left wide and in its theme."""
    before = page.evaluate("() => document.documentElement.dataset.bsTheme")
    if dark:
        page.evaluate("() => { document.documentElement.dataset.bsTheme = 'dark'; }")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        page.evaluate("() => window.scrollTo(0, 0)")  # bars that stay at the top would be drawn in the middle
        draw(page, f"{name}{'-dark' if dark else ''}-{size['width']}", full_page=True)
    page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme; }", before)


_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 120));
}"""


def fits(page: Page) -> None:
    """Fail if the page is wider than the window (it would scroll sideways), naming what reaches beyond the edge."""
    beyond = page.evaluate(_TOO_WIDE)
    assert not beyond, f"{page.url} is wider than {page.viewport_size}:\n" + "\n".join(beyond[:10])


class Walk:
    """One browser that changes hands: every page it stops at is pictured, checked by axe and measured by its window.

    What is wrong with a page is kept in `faults` for the end, so that one run tells of every page.
    """

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        self.address = address
        self.name = name
        self.faults: list[str] = []

    def as_person(self, user: Any) -> None:
        self.page.context.clear_cookies()
        sign_in(self.page, user, self.address)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def press(self, name: str) -> None:
        send(self.page, name)

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def fetch(self, control: Locator) -> bytes:
        """The file behind a link, or behind the button of a form that GETs: a headless browser has no window for it."""
        address = control.evaluate(
            "(it) => it.href || `${it.form.action}?${new URLSearchParams(new FormData(it.form))}`"
        )
        answer = self.page.request.get(address)
        assert answer.ok, f"{address}: {answer.status}"
        return answer.body()

    def look(self, name: str) -> None:
        shoot(self.page, f"{self.name}-{name}")
        for check in (axe_everywhere, self._fits):
            try:
                check(self.page)
            except AssertionError as found:
                self.faults.append(f"{name}: {found}")

    def _fits(self, page: Page) -> None:
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            fits(page)
