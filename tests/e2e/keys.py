"""Driving a page by its keyboard alone: no click, no filling in, no focus but by keys.

    keys = Keys(page)
    keys.tab_to("button", "Propose now")        # presses Tab until it has the focus; fails after `most` presses
    keys.press_through("Enter")                 # a key that leads to another page

At each stop the focus must be seen: a ring around the control, and the control in sight and not under a bar.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from playwright.sync_api import Locator, Page, expect

Role = Literal["button", "link", "checkbox", "radio", "textbox", "spinbutton", "combobox", "searchbox"]

_STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) return { lost: true };
  const style = getComputedStyle(here);
  const ring = document.createElement("canvas").getContext("2d");
  ring.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--h-focus").trim();
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(ring.fillStyle.slice(at, at + 2), 16));
  const clear = /rgba\\(.*, 0\\)|transparent/.test(style.outlineColor);
  const outlined = !["none", "hidden"].includes(style.outlineStyle) && parseFloat(style.outlineWidth) >= 1 && !clear;
  const shadowed = style.boxShadow.includes(`rgb(${red}, ${green}, ${blue})`);
  const drawn = here.closest("svg") && here.querySelector(".chart-bar");
  const boxes = [...here.getClientRects()].filter((box) => box.width && box.height);
  const points = boxes.flatMap((box) => [0.5, 0.1, 0.9].map((part) => [
    Math.min(Math.max(box.left + box.width * part, 0), innerWidth - 1),
    Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1),
  ]));
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (here.contains(top) || top.contains(here) && top !== document.body);
  });
  return { lost: false, ring: outlined || shadowed || Boolean(drawn), seen, what: here.outerHTML.slice(0, 160) };
}"""


class Keys:
    """One page driven by keys; `stops` are the controls that the last walk passed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[str] = []

    def begins(self) -> None:
        """On a fresh page the first stop is the link past the navigation, and it can be seen."""
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        self._must_show()

    def skip(self) -> None:
        """From a fresh page past the navigation into the content."""
        self.begins()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def tab_to(self, role: Role, name: str | re.Pattern[str], *, back: bool = False, most: int = 60) -> Locator:
        """Press Tab (back: Shift and Tab) until a control of this role and name has the focus."""
        wanted = self.page.get_by_role(role, name=name, exact=isinstance(name, str))
        return self.tab_to_one_of(wanted, f"{role} “{name}”", back=back, most=most)

    def tab_to_one_of(self, wanted: Locator, what: str, *, back: bool = False, most: int = 60) -> Locator:
        """The same for what has no role of its own, such as the line that opens a fold."""
        self.stops = []
        for _ in range(most):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            self.stops.append(self._must_show(or_end=True))
            at = wanted.evaluate_all("(all) => all.indexOf(document.activeElement)")
            if at >= 0:
                return wanted.nth(at)
        passed = "\n".join(self.stops)
        raise AssertionError(f"{what} was not reached by {most} presses on {self.page.url}:\n{passed}")

    def write(self, name: str | re.Pattern[str], words: str, *, role: Role = "textbox", **way: Any) -> None:
        """Into a field: what stands in it is replaced."""
        self.tab_to(role, name, **way)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def press(self, key: str) -> None:
        """A key that acts on the page as it stands; the focus stays where it can be seen."""
        self.page.keyboard.press(key)
        self._must_show()

    def press_through(self, key: str = "Enter") -> None:
        """A key that leads to another page. The focus is at its beginning, or at what is to be mended."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        summary = self.page.locator("[data-error-summary]")
        if summary.count():
            expect(summary).to_be_focused()

    def _must_show(self, *, or_end: bool = False) -> str:
        """What has the focus; fails where nothing has it, or where nobody would see that.

        or_end: behind the last control of a page the focus is the browser's own, and comes round again.
        """
        said = self.page.evaluate(_STOP)
        if said["lost"] and or_end:
            return "the end of the page"
        assert not said["lost"], f"The focus is lost on {self.page.url} after {self.stops[-1:]}"
        assert said["ring"], f"No ring around the focus on {self.page.url}: {said['what']}"
        assert said["seen"], f"The focus is under something or out of sight on {self.page.url}: {said['what']}"
        return str(said["what"])
