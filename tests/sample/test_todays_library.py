"""Cases of 2026 reviewed with today's library: what the picker suggests is cited, counted and printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from common.actor import Actor
from guidelines.services.own_library import own_library
from letters.rules.compose import compose
from letters.services.wording import choose_wording, load_own_wording
from reviews.models import ItemReview, Review
from reviews.services import quality
from reviews.services.item_checks import CURRENT_LAYOUT, checks_of
from reviews.services.item_picker import Choice, as_citation, picker_of
from reviews.services.past_determinations import citation_fields
from reviews.services.review import CitationDraft, ItemDraft, open_review, save_draft, submit
from tests.factories.cases import NOW, make_case
from tests.factories.reviews import hold_case, make_user
from tests.guidelines.conftest import library  # noqa: F401 - a fixture

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
DAY = NOW.date()
CASES = {row["external_id"]: row for row in json.loads((SAMPLE / "cases.json").read_text(encoding="utf-8"))}
REVIEWS = {row["case"]: row for row in json.loads((SAMPLE / "reviews.json").read_text(encoding="utf-8"))}
PANEL = {row["reviewer_id"]: row for row in json.loads((SAMPLE / "reviewers.json").read_text(encoding="utf-8"))}
OF_2026 = ["sample-01", "sample-03", "sample-04", "sample-05", "sample-06", "sample-07", "sample-08", "sample-09",
           "sample-15"]  # fmt: skip
#: Case and position -> had before and the arithmetic of Labor Code 4604.5.
COUNTED = {
    ("sample-01", 1): (6, "6 had + 6 asked = 12", "within"),
    ("sample-08", 1): (20, "20 had + 8 asked = 28", "above"),
}


def test_every_section_cited_in_2026_stands_in_an_edition_in_force_then():
    held = {
        (row.data["publication"], edition["year"], section["heading"])
        for row in own_library()
        if row.data
        for edition in row.data["editions"]
        if edition["effective_from"] <= DAY.isoformat() <= (edition["effective_to"] or "9999")
        for section in edition["sections"]
    }
    cited = {
        (one["publication"], one["year"], heading)
        for case in OF_2026
        for item in REVIEWS[case]["items"]
        for one in item["reviewer_guidelines"]
        if one["basis"] == "MTUS"
        for heading in one["sections"]
    }
    assert len(cited) > 12
    assert cited - held == set()


def held_case(external_id: str) -> tuple[Review, Actor]:
    row = CASES[external_id]
    documents = [{key: value for key, value in one.items() if key != "path"} for one in row["documents"]]
    held = PANEL[REVIEWS[external_id]["reviewer_id"]]["certifications"]
    certifications = [{"specialty": one["specialty"], "board": one["board"]} for one in held]
    case = make_case(state="in_review", **{**row, "documents": documents})
    case, actor = hold_case(case=case, reviewer={"certifications": certifications})
    return open_review(case=case, actor=actor, now=NOW), actor


def suggested(row: ItemReview, wanted: dict[str, Any], actor: Actor) -> Choice:
    """What the picker of the item offers of the section that the sample's reviewer cited, without a typed word."""
    choices = picker_of(row=row, words="", reader_id=actor.user_id or 0, on=DAY).choices
    found = [one for one in choices if as_citation(one.hit) == wanted]
    assert found, f"{row.item.service}: {[(one.hit.publication, one.hit.section) for one in choices]}"
    return found[0]


def drafts_of(external_id: str, review: Review, actor: Actor) -> tuple[list[ItemDraft], dict[int, list[Choice]]]:
    """The sample's review with every citation of the MTUS taken from the picker."""
    rows, drafts, taken = {row.item.position: row for row in review.items.all()}, [], {}
    for item in REVIEWS[external_id]["items"]:
        cited = [one for one in item["reviewer_guidelines"] if one["basis"] == "MTUS"]
        choices = taken[item["position"]] = [suggested(rows[item["position"]], one, actor) for one in cited]
        citations = [_from_picker(one) for one in choices]
        citations += [_as_typed(one) for one in item["reviewer_guidelines"] if one["basis"] != "MTUS"]
        had, *_ = COUNTED.get((external_id, item["position"]), (None,))
        drafts.append(
            ItemDraft(
                position=item["position"], decision=item["decision"], standard=item["standard"],
                rationale=item["rationale"], citations=tuple(citations), had_before=had,
                why_not_higher="" if item["standard"] == "A" else "The MTUS says nothing of it.",
            )
        )  # fmt: skip
    return drafts, taken


def _from_picker(choice: Choice) -> CitationDraft:
    hit = choice.hit
    sections = (hit.section,) if hit.section else ()
    return CitationDraft(hit.basis, hit.publication, hit.edition_year, sections, hit.pages or "", "", hit.section_id)


def _as_typed(citation: dict[str, Any]) -> CitationDraft:
    facts = citation_fields(citation)
    return CitationDraft(**{**facts, "sections": tuple(facts["sections"])})


@pytest.mark.django_db
@pytest.mark.parametrize("external_id", OF_2026)
def test_a_case_of_2026_is_reviewed_with_the_editions_in_force(external_id, library):  # noqa: F811
    load_own_wording(now=NOW)
    review, actor = held_case(external_id)
    drafts, taken = drafts_of(external_id, review, actor)
    assert [warning for choices in taken.values() for choice in choices for warning in choice.warnings] == []
    review = save_draft(
        review_id=review.pk, version=review.version, summary=REVIEWS[external_id]["clinical_case_summary"],
        items=drafts, actor=actor, now=NOW,
    )  # fmt: skip
    rows = list(review.items.select_related("item__case").prefetch_related("citations"))
    checks = checks_of(rows=rows, on=DAY)
    assert [warning for check in checks.values() for one in check.citations for warning in one.warnings] == []
    for (case, position), (_, sum_, verdict) in COUNTED.items():
        if case == external_id:
            (arithmetic,) = checks[position].citations[0].arithmetic
            assert (sum_ in arithmetic.sentence, arithmetic.verdict) == (True, verdict)
            assert "24 visits" in arithmetic.sentence
            assert "Labor Code 4604.5" in arithmetic.sentence
    case = submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    determination = quality.approve(case=case, actor=Actor.of(make_user("quality_reviewer")), now=NOW)
    blocks = choose_wording(layout=CURRENT_LAYOUT, language="en", on=DAY).blocks
    printed = compose(determination.document.content, blocks).items
    for position, choices in taken.items():
        for choice in choices:
            said = f"{choice.hit.publication} {choice.hit.edition_year}, section(s) {choice.hit.section}"
            assert choice.line == said
            assert said in printed[position - 1].reviewer_guideline.paragraphs[0]
