"""Corporate families: which organizations hang together with one, and when."""

from __future__ import annotations

from collections.abc import Iterable

from reviews.rules.facts import Period


class Families:
    """The parent links of the register as a graph. links: (child, parent, period in which the child belonged to it)."""

    def __init__(self, links: Iterable[tuple[int, int, Period]]) -> None:
        self._near: dict[int, list[tuple[int, Period]]] = {}
        for child, parent, period in links:
            self._near.setdefault(child, []).append((parent, period))
            self._near.setdefault(parent, []).append((child, period))

    def of(self, organization: int) -> dict[int, list[Period]]:
        """Every organization of the same family -> the periods in which it was one, the organization itself left out.

        The period of a chain is where all its links overlap. Rings of links end, because a period that one already
        known covers adds nothing.
        """
        reached: dict[int, list[Period]] = {organization: [Period()]}
        queue = [(organization, Period())]
        while queue:
            here, along = queue.pop()
            for there, link in self._near.get(here, ()):
                period = along.overlap(link)
                if period is None or any(known.covers(period) for known in reached.get(there, ())):
                    continue
                kept = [known for known in reached.get(there, ()) if not period.covers(known)]
                reached[there] = [*kept, period]
                queue.append((there, period))
        del reached[organization]
        return reached
