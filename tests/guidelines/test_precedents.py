"""What earlier determinations cited moves search: citations only, the case's own left out; it can be switched off."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from guidelines.models import CitationUse, Edition, Section
from guidelines.rules.precedents import EarlierItem, votes
from guidelines.rules.terms import meaning
from guidelines.services.precedents import CitedItem, record_uses
from guidelines.services.search import search
from imr_site.paths import ROOT

DATA = ROOT.parent / "shared" / "data" / "determinations.json"
ON = dt.date(2016, 12, 1)
LOW_BACK = "Low Back Complaints"


def earlier(service, cited, diagnosis=""):
    return EarlierItem(meaning(service), meaning(diagnosis), service, frozenset({cited}))


def cited_for(service, heading, *, case="CM16-1", position=1):
    return record_uses(
        case_key=case, items=[CitedItem(position, service, [(LOW_BACK, 2004, [heading] if heading else [])])],
        diagnoses=["lumbar strain"], decided_on=ON,
    )  # fmt: skip


def test_nothing_alike_casts_no_vote():
    assert votes(request=meaning("Botox"), about=None, earlier=[earlier("MRI lumbar", (1, 1))]) == {}


def test_five_say_more_than_one_and_another_part_of_the_body_says_less():
    one = votes(request=meaning("MRI lumbar spine"), about=None, earlier=[earlier("MRI lumbar spine", (1, 1))])
    five = votes(request=meaning("MRI lumbar spine"), about=None, earlier=[earlier("MRI lumbar spine", (1, 1))] * 5)
    knee = votes(request=meaning("MRI right knee"), about=None, earlier=[earlier("MRI lumbar spine", (1, 1))])
    assert five[1, 1].share > one[1, 1].share > knee[1, 1].share > 0
    assert (five[1, 1].items, five[1, 1].like) == (5, "MRI lumbar spine")


@pytest.mark.django_db
def test_what_the_library_does_not_know_is_left_out(library):
    nothing = record_uses(
        case_key="CM16-1", items=[CitedItem(1, "MRI", [("No such guide", 2004, []), (LOW_BACK, 1999, [])])],
        diagnoses=[], decided_on=ON,
    )  # fmt: skip
    assert nothing == 0
    assert not CitationUse.objects.exists()


@pytest.mark.django_db
def test_a_newer_version_of_a_determination_takes_the_place_of_the_old(library):
    cited_for("Ketamine infusion", "Summary")
    cited_for("Ketamine infusion", "Special Studies")
    assert [use.section.heading for use in CitationUse.objects.all()] == ["Special Studies"]


@pytest.mark.django_db
def test_a_citation_of_an_unknown_heading_or_of_none_counts_for_the_edition(library):
    cited_for("Ketamine infusion", "No such heading")
    (use,) = CitationUse.objects.all()
    assert (use.edition, use.section) == (Edition.objects.get(publication__name=LOW_BACK), None)


@pytest.mark.django_db
def test_what_was_cited_before_is_found_says_so_and_can_be_switched_off(library, settings):
    cited_for("Qutentamine infusion, lumbar spine", "Special Studies")
    wanted = Section.objects.get(edition__publication__name=LOW_BACK, heading="Special Studies")

    def first(**options):
        hits = search(text="Qutentamine infusion for the lumbar spine", on=ON, **options)
        return next((hit for hit in hits[:3] if hit.section_id == wanted.pk), None)

    assert first(precedents=False) is None
    assert first(exclude_case="CM16-1") is None
    assert any("cited once before" in reason for reason in first().why)
    assert first().matched == ("Qutentamine infusion, lumbar spine",)
    settings.LOOKUP_PRECEDENTS = False
    assert first() is None


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.exists(), reason="the project's data lie beside it, in ../shared")
def test_five_hits_name_what_the_reviewers_of_real_cases_cited(library):
    """The floor of bench/lookup.py, with the earlier determinations of other cases only."""
    cases = json.loads(DATA.read_text(encoding="utf-8"))
    for number, case in enumerate(cases):
        record_uses(
            case_key=str(number),
            items=[
                CitedItem(
                    place, item["service"],
                    [(one["publication"], one["year"], one["sections"]) for one in item["reviewer_guidelines"]],
                )
                for place, item in enumerate(case["items"], 1)
            ],
            diagnoses=case["diagnoses"] or [], decided_on=dt.date.fromisoformat(case["determined"]),
        )  # fmt: skip
    section = publication = items = 0.0
    for number, case in enumerate(cases):
        for item in case["items"]:
            rows = [one for one in item["reviewer_guidelines"] if one["basis"] == "MTUS"]
            if not rows:
                continue
            hits = search(
                text=item["service"], on=dt.date.fromisoformat(case["determined"]), limit=5,
                diagnosis="; ".join(case["diagnoses"] or []), exclude_case=str(number),
            )  # fmt: skip
            wanted = {(row["publication"], row["year"], one) for row in rows for one in row["sections"] or [None]}
            section += len(wanted & {(hit.publication, hit.edition_year, hit.section) for hit in hits}) / len(wanted)
            names = {row["publication"] for row in rows}
            publication += len(names & {hit.publication for hit in hits}) / len(names)
            items += 1
    assert items == 90
    assert section / items >= 0.80
    assert publication / items >= 0.95
