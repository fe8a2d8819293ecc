"""How strong the evidence of a recommendation is (8 CCR 9792.25.1), by plain questions; and which one stands higher.

Asked only where recommendations compete. It weighs and never decides: the reviewer does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Level -> what it is; best first.
LEVELS: dict[str, str] = {
    "1a": "systematic review of randomized trials",
    "1b": "randomized trial, low risk of bias",
    "1c": "randomized trial, risk of bias",
    "2": "non-randomized cohort",
    "3": "case-control study",
    "4": "case series",
    "5": "expert opinion",
}
_ORDER = list(LEVELS)
_ENOUGH = 2


@dataclass(frozen=True)
class Question:
    """short: how the answer is told afterwards. yes, no: a level, or the key of the next question."""

    text: str
    short: str
    yes: str
    no: str


QUESTIONS: dict[str, Question] = {
    "review": Question("Is it a systematic review of randomized trials?", "systematic review", "1a", "randomized"),
    "randomized": Question("Is it a trial that formed its groups by chance?", "randomized", "bias", "cohort"),
    "bias": Question(
        "Is its risk of bias low: nobody knew the group, and few dropped out?", "low risk of bias", "1b", "1c"
    ),
    "cohort": Question(
        "Did it follow people with the treatment and people without it?", "cohort followed", "2", "case_control"
    ),
    "case_control": Question(
        "Did it look back at people with the outcome and people without it?", "case-control", "3", "series"
    ),
    "series": Question("Does it describe several treated people, without a comparison?", "case series", "4", "5"),
}
_FIRST = "review"


@dataclass(frozen=True)
class Walk:
    """How far the questions have come: those answered, the next one (None at the end), the level (empty before)."""

    answered: tuple[tuple[Question, bool], ...]
    question: Question | None
    level: str


def walk(answers: Sequence[bool]) -> Walk:
    """Follow the answers; those beyond the end are left out."""
    place, answered = _FIRST, []
    for answer in answers:
        if place in LEVELS:
            break
        question = QUESTIONS[place]
        answered.append((question, answer))
        place = question.yes if answer else question.no
    if place in LEVELS:
        return Walk(tuple(answered), None, place)
    return Walk(tuple(answered), QUESTIONS[place], "")


def answers_for(level: str) -> list[bool]:
    """The answers that lead to a level; [] for none."""
    return _way(_FIRST, level) or []


def _way(place: str, level: str) -> list[bool] | None:
    if place in LEVELS:
        return [] if place == level else None
    question = QUESTIONS[place]
    for answer, following in ((True, question.yes), (False, question.no)):
        rest = _way(following, level)
        if rest is not None:
            return [answer, *rest]
    return None


@dataclass(frozen=True)
class Judged:
    """higher: the sources whose evidence stands highest, one or, where they are level, several; () before two are
    weighed. sentence: which prevails by its evidence, and why. yours: what is left to the reviewer. line: for the
    letter; empty before two are weighed."""

    higher: tuple[str, ...]
    sentence: str
    yours: str
    line: str


def judged(sources: Sequence[tuple[str, str]]) -> Judged:
    """(source, level) of the recommendations that disagree, "" where a source is not weighed yet."""
    weighed = sorted((one for one in sources if one[1]), key=lambda one: _ORDER.index(one[1]))
    if len(weighed) < _ENOUGH:
        return Judged((), "Fewer than two sources are weighed.", "Answer the questions of two.", "")
    best = weighed[0][1]
    higher = tuple(source for source, level in weighed if level == best)
    lower = [(source, level) for source, level in weighed if level != best]
    if len(higher) > 1:
        beside = f" {_and(_told(lower))} stands below." if len(lower) == 1 else ""
        beside = f" {_and(_told(lower))} stand below." if len(lower) > 1 else beside
        sentence = (
            f"{_and(higher)} are level: {best} ({LEVELS[best]}).{beside} The evidence does not say which to follow."
        )
        yours = "Say in the rationale why you follow one."
        end = f"{_and(higher)} rest on evidence of the same level."
    else:
        sentence = f"By the evidence {higher[0]} prevails: {best} ({LEVELS[best]}) stands above {_and(_told(lower))}."
        yours = "Whether it fits this worker is for you to say."
        end = f"The evidence behind {higher[0]} is the stronger."
    return Judged(
        higher, sentence, yours, f"Strength of evidence (8 CCR 9792.25.1): {'; '.join(_told(weighed))}. {end}"
    )


def _told(sources: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{source}, level {level} ({LEVELS[level]})" for source, level in sources]


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
