"""How well an eligible reviewer fits a case: 0 to 1000, whole numbers, each part told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from reviews.rules.facts import CaseFacts, Match, ReviewerFacts, ScoreNumbers, Wanted
from reviews.rules.specialties import has_word


def best_match(reviewer: ReviewerFacts, wanted: Wanted, *, through: dt.date) -> Match | None:
    """The closest specialty that the reviewer holds a certification in, current through the due date."""
    current = [one for one in reviewer.certifications if one.expires_on is None or one.expires_on >= through]
    return wanted.match(tuple(field for one in current for field in one.fields))


def score_parts(
    *, case: CaseFacts, reviewer: ReviewerFacts, match: Match | None, on: dt.date, numbers: ScoreNumbers
) -> dict[str, int]:
    """The parts of the score by name; their sum is the score. match: the specialty by `best_match`."""
    places, services = words_met(case, reviewer.expertise)
    return {
        "closeness": closeness_points(match, numbers),
        "experience": experience_points(bool(places), bool(services), numbers),
        **own_parts(reviewer, on=on, numbers=numbers),
    }


def closeness_points(match: Match | None, numbers: ScoreNumbers) -> int:
    return numbers.closeness[match.closeness] if match else 0


def words_met(case: CaseFacts, words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Of words of expertise: those that are a body part or diagnosis of the case, and others that are a service."""
    places: list[str] = []
    services: list[str] = []
    for word in words:
        kind = case.met_words.get(word)
        if kind is None:
            kind = case.met_words[word] = _kind_of(word, case)
        if kind:
            (places if kind == "place" else services).append(word)
    return places, services


def _kind_of(word: str, case: CaseFacts) -> str:
    """Whether the case names the word as a place ("place"), else as a service ("service"); "" where it does not."""
    if any(has_word(text, [word]) for text in places_of(case)):
        return "place"
    return "service" if any(has_word(text, [word]) for text in services_of(case)) else ""


def places_of(case: CaseFacts) -> list[str]:
    """The texts in which a word of expertise is a place."""
    return [*(item.body_part for item in case.items), *case.diagnoses]


def services_of(case: CaseFacts) -> list[str]:
    """The texts in which it is a service, unless the case names it as a place."""
    return [f"{item.key} {item.category_key}" for item in case.items]


def experience_points(place: bool, service: bool, numbers: ScoreNumbers) -> int:
    """Half for a body part, half for a service that the reviewer names as expertise."""
    return numbers.experience // 2 * (place + service)


def own_parts(reviewer: ReviewerFacts, *, on: dt.date, numbers: ScoreNumbers) -> dict[str, int]:
    """The parts that are the same for every case."""
    return {
        "on_time": _on_time(reviewer, numbers),
        "california_license": numbers.california_license if _licensed_in_california(reviewer, on) else 0,
        "rest": _rest(reviewer, on, numbers),
    }


def _on_time(reviewer: ReviewerFacts, numbers: ScoreNumbers) -> int:
    """Reports in time out of all, smoothed by a prior, so that a newcomer stands where the panel stands."""
    kept = reviewer.submitted_on_time + numbers.on_time_prior["kept"]
    return numbers.on_time * kept // (reviewer.submitted + numbers.on_time_prior["of"])


def _licensed_in_california(reviewer: ReviewerFacts, on: dt.date) -> bool:
    return any(one.state == "CA" and one.status == "active" and one.expires_on >= on for one in reviewer.licenses)


def _rest(reviewer: ReviewerFacts, on: dt.date, numbers: ScoreNumbers) -> int:
    if reviewer.last_case_on is None:
        return numbers.rest
    days = max(0, (on - reviewer.last_case_on).days)
    return numbers.rest * min(days, numbers.rest_days) // numbers.rest_days
