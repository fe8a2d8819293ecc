"""The MTUS drug list: editions, the two fills worked out from dates, drugs named in any text."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from common.actor import Actor
from common.errors import RightRefusal
from guidelines.models import FormularyDrug, FormularyEdition
from guidelines.rules.formulary import FillLimits, Listed, Prescription, review_needed
from guidelines.services.formulary import formulary_status, load_formulary

LIMITS = FillLimits(special_visit_days=7, before_surgery_days=4, after_surgery_days=4)
DAY = dt.date(2026, 3, 10)
NORCO = Listed("non_exempt", special_days=4, perioperative_days=4)


def asked(**facts):
    return Prescription(**{"prescribed_on": DAY, **facts})


@pytest.mark.parametrize(
    ("listed", "facts", "review"),
    [
        (Listed("unlisted"), {"fill": "special", "injury_on": DAY, "supply_days": 1}, True),
        (Listed("exempt"), {}, False),
        (NORCO, {}, True),
        (NORCO, {"fill": "special", "injury_on": DAY - dt.timedelta(days=7), "supply_days": 4}, False),
        (NORCO, {"fill": "special", "injury_on": DAY - dt.timedelta(days=8), "supply_days": 4}, True),
        (NORCO, {"fill": "special", "injury_on": DAY + dt.timedelta(days=1), "supply_days": 4}, True),
        (NORCO, {"fill": "special", "injury_on": DAY, "supply_days": 5}, True),
        (NORCO, {"fill": "special", "injury_on": DAY}, None),
        (NORCO, {"fill": "special", "supply_days": 4}, None),
        (NORCO, {"fill": "special", "injury_on": DAY - dt.timedelta(days=30)}, True),
        (Listed("non_exempt", perioperative_days=4), {"fill": "special", "injury_on": DAY, "supply_days": 4}, True),
        (NORCO, {"fill": "perioperative", "surgery_on": DAY + dt.timedelta(days=4), "supply_days": 4}, False),
        (NORCO, {"fill": "perioperative", "surgery_on": DAY + dt.timedelta(days=5), "supply_days": 4}, True),
        (NORCO, {"fill": "perioperative", "surgery_on": DAY - dt.timedelta(days=4), "supply_days": 4}, False),
        (NORCO, {"fill": "perioperative", "surgery_on": DAY - dt.timedelta(days=5), "supply_days": 4}, True),
        (NORCO, {"fill": "perioperative", "supply_days": 4}, None),
    ],
)
def test_who_needs_prospective_review(listed, facts, review):
    assert review_needed(listed, asked(**facts), LIMITS).review is review


def test_the_finding_shows_its_arithmetic():
    found = review_needed(
        NORCO, asked(fill="perioperative", surgery_on=dt.date(2026, 3, 12), supply_days=4), LIMITS
    )  # fmt: skip
    assert "from Mar 8, 2026 to Mar 16, 2026" in found.steps[1]
    assert found.steps[2] == "Supply: 4 days, at most 4: inside."


pytestmark = pytest.mark.django_db


@pytest.fixture
def drug_list():
    load_formulary()
    return FormularyEdition.objects.get()


def test_only_editors_load_the_list():
    with pytest.raises(RightRefusal):
        load_formulary(actor=Actor("reviewer@example.org", frozenset({"reviewer"})))


def test_loaded_again_nothing_is_written_and_an_editors_change_stays(drug_list):
    total = FormularyDrug.objects.count()
    FormularyDrug.objects.filter(ingredient="Tizanidine").update(status="exempt", special_fill=False,
        special_fill_days=None, perioperative_fill=False, perioperative_fill_days=None)  # fmt: skip
    assert load_formulary() == 0
    assert FormularyDrug.objects.count() == total
    assert FormularyDrug.objects.get(ingredient="Tizanidine").status == "exempt"


def test_the_starter_list_is_large_and_says_that_it_is_to_be_confirmed(drug_list):
    assert drug_list.drugs.values("ingredient").distinct().count() >= 100
    assert not drug_list.dates_confirmed
    assert "to be confirmed" in drug_list.source


@pytest.mark.parametrize(
    ("typed", "ingredient", "form", "status"),
    [
        ("Norco 10/325mg #60", "Hydrocodone/acetaminophen", "", "non_exempt"),
        ("hydrocodone-acetaminophen 5/325", "Hydrocodone/acetaminophen", "", "non_exempt"),
        ("Acetaminophen 500 mg", "Acetaminophen", "", "exempt"),
        ("Tylenol with codeine #3", "Acetaminophen/codeine", "", "non_exempt"),
        ("Voltaren gel 1%", "Diclofenac sodium", "topical", "exempt"),
        ("Lidoderm 5% patch", "Lidocaine", "topical patch", "non_exempt"),
        ("Ibuprofen 800mg", "Ibuprofen", "", "exempt"),
        ("MS Contin 30 mg", "Morphine", "extended release", "non_exempt"),
        ("Tramadol extended release", "Tramadol", "extended release", "non_exempt"),
    ],
)
def test_a_drug_is_found_by_ingredient_or_brand_in_any_text(drug_list, typed, ingredient, form, status):
    found = formulary_status(drug=typed, on=DAY)
    assert (found.drug.ingredient, found.drug.dosage_form, found.status) == (ingredient, form, status)
    assert not found.confirmed


def test_what_the_list_does_not_name_is_unlisted_and_before_the_list_nothing_is_said(drug_list):
    unknown = formulary_status(drug="Unheardofine 5 mg", on=DAY)
    assert (unknown.status, unknown.drug, unknown.review) == ("unlisted", None, True)
    before = formulary_status(drug="Ibuprofen", on=dt.date(2017, 12, 31))
    assert (before.status, before.review, before.edition) == (None, None, "")


def test_limits_are_data_of_the_edition(drug_list):
    facts = {"drug": "Norco", "on": DAY, "fill": "special", "injury_on": dt.date(2026, 3, 1), "supply_days": 4}
    assert formulary_status(**facts).review is True
    FormularyEdition.objects.update(special_visit_days=9)
    assert formulary_status(**facts).review is False


def test_overlapping_lists_and_fills_of_exempt_drugs_are_refused(drug_list):
    with pytest.raises(IntegrityError), transaction.atomic():
        FormularyEdition.objects.create(name="Second", effective_from=DAY)
    for facts in ({"special_fill": True}, {"perioperative_fill_days": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormularyDrug.objects.create(edition=drug_list, ingredient="Newine", status="exempt", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormularyDrug.objects.create(edition=drug_list, ingredient="IBUPROFEN", status="exempt")


def test_a_new_list_holds_from_its_day_and_the_old_one_before(drug_list, tmp_path):
    FormularyEdition.objects.update(effective_to=dt.date(2026, 3, 9))
    path = tmp_path / "list.json"
    fresh = {"name": "v.2", "effective_from": "2026-03-10",
             "drugs": [{"ingredient": "Ibuprofen", "drug_class": "NSAIDs", "status": "non_exempt"}]}  # fmt: skip
    path.write_text(json.dumps([fresh]))
    assert load_formulary(path=path) == 1
    assert formulary_status(drug="Ibuprofen", on=DAY).status == "non_exempt"
    assert formulary_status(drug="Ibuprofen", on=dt.date(2026, 3, 9)).status == "exempt"
    assert formulary_status(drug="Naproxen", on=DAY).status == "unlisted"
