"""How the fit of the words and the citations of earlier determinations make one order. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guidelines.rules.precedents import Cited, Vote
from guidelines.rules.ranking import Fit

# In parts of the best fit that the words alone reach.
_VOTE = 0.6  # everybody cited it for requests like this one
_SAME_PUBLICATION = 0.1  # ... cited another section of it
_NOT_IN_FORCE = 0.25
_LEAST_BEST = 3.0  # where hardly a word fits, votes are measured against this


@dataclass(frozen=True)
class Place:
    """Where an entry stands: edition and section, publication, and whether it is in force on the day (None: no day)."""

    cited: Cited
    publication: int
    in_force: bool | None


def blend(*, fits: Sequence[Fit], places: Sequence[Place], votes: Mapping[Cited, Vote]) -> list[Fit]:
    """The fits with what earlier determinations add, in the order given; each says so."""
    if not votes:
        return list(fits)
    best = max((fit.score for fit in fits), default=0.0)
    scale = max(best, _LEAST_BEST)
    of_publication: dict[int, float] = defaultdict(float)
    for place in places:
        if place.cited in votes:
            of_publication[place.publication] = max(of_publication[place.publication], votes[place.cited].share)
    return [
        _blended(fit, votes.get(place.cited), of_publication[place.publication], place, scale)
        for fit, place in zip(fits, places, strict=True)
    ]


def _blended(fit: Fit, vote: Vote | None, publication: float, place: Place, scale: float) -> Fit:
    standing = _NOT_IN_FORCE if place.in_force is False else 1.0
    more = scale * _VOTE * vote.share * standing if vote else 0.0
    if fit.score > 0:
        more += scale * _SAME_PUBLICATION * publication * standing
    if not vote:
        return replace(fit, score=round(fit.score + more, 3))
    times = "once" if vote.items == 1 else f"{vote.items} times"
    like = vote.like[:60]
    why = (*fit.why, f'cited {times} before for requests like "{like}"')
    return Fit(round(fit.score + more, 3), why, fit.matched or (like,))
