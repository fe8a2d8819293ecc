"""The drug list kept by its editors: refused in words, typed, taken in from files, given out, taken back."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from django.urls import reverse

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from guidelines.models import ChangeSet, FormularyDrug, FormularyEdition
from guidelines.services.drug_list import exporting, history
from guidelines.services.drug_list.editing import reached, remove_drug, save_drug, save_list
from guidelines.services.formulary import formulary_status, load_formulary
from guidelines.services.library import import_guidelines
from guidelines.services.upkeep import change_sets, filing
from tests.accounts.people import make_person, signed_in
from tests.guidelines.conftest import neck
from tests.guidelines.tables import csv_file, xlsx_file

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)
DAY, FIRST = dt.date(2026, 12, 1), dt.date(2027, 1, 1)
HEAD = "ingredient,brand_names,dosage_form,status,special_fill,special_fill_days,reference_guideline\n"


@pytest.fixture
def editor():
    return Actor.of(make_person("guideline_editor"))


@pytest.fixture
def drugs():
    """A list of three drugs, in force since 2018."""
    edition = FormularyEdition.objects.create(name="List of 2018", effective_from=dt.date(2018, 1, 1))
    for name, status in (("Ibuprofen", "exempt"), ("Ketorolac", "non_exempt"), ("Zolpidem", "unlisted")):
        FormularyDrug.objects.create(edition=edition, ingredient=name, status=status, brand_names=[f"{name}-B"])
    return edition


def drug(name):
    return FormularyDrug.objects.get(ingredient=name)


def give(file, editor, *, into=None, begins=None, whole=False, name="drugs.csv"):
    return filing.file_drugs(
        file=file, name=name, source="", into=into, begins=begins, whole=whole, actor=editor, now=NOW
    )


def told(change):
    return [(row.name, row.outcome, row.differences) for row in change.rows.all()]


def reasons(change):
    return [(row.number, *reason) for row in change.rows.filter(outcome="refused") for reason in row.reasons]


def typed(name, editor, **facts):
    one = drug(name)
    return save_drug(
        pk=one.pk, list_id=one.edition_id, facts=facts, seen=reached("FormularyDrug", one.pk), actor=editor
    )


def test_who_may_not_edit_writes_nothing_in_the_list(drugs):
    reviewer = Actor.of(make_person("reviewer"))
    for act in (
        lambda: give(csv_file(HEAD), reviewer, into=drugs),
        lambda: remove_drug(pk=drug("Ibuprofen").pk, actor=reviewer),
        lambda: save_list(pk=drugs.pk, facts={}, seen=0, actor=reviewer),
        lambda: save_drug(pk=None, list_id=drugs.pk, facts={}, seen=0, actor=reviewer),
        lambda: exporting.drugs_json(edition=drugs, actor=reviewer),
    ):
        with pytest.raises(RightRefusal):
            act()
    assert FormularyDrug.objects.count() == 3


# --- typed ----------------------------------------------------------------------------------------------------------


def test_a_drug_that_cannot_be_is_refused_beside_its_fields(drugs, editor):
    for facts, field in (
        ({"special_fill": True}, "special_fill"),
        ({"special_fill_days": 4}, "special_fill_days"),
        ({"ingredient": ""}, "ingredient"),
        ({"status": ""}, "status"),
    ):
        with pytest.raises(InputRefusal) as refused:
            typed("Ibuprofen", editor, **facts)
        assert field in refused.value.fields
    with pytest.raises(InputRefusal, match="has that ingredient in that form already"):
        typed("Ibuprofen", editor, ingredient="KETOROLAC")


def test_who_saves_second_is_told_and_what_was_saved_stays(drugs, editor):
    one = drug("Ketorolac")
    seen = reached("FormularyDrug", one.pk)
    typed("Ketorolac", editor, special_fill=True, special_fill_days=4)
    with pytest.raises(StateRefusal, match="Somebody saved “Ketorolac” while you were typing"):
        save_drug(pk=one.pk, list_id=drugs.pk, facts={"status": "exempt"}, seen=seen, actor=editor)
    assert drug("Ketorolac").special_fill_days == 4


def test_a_new_list_ends_the_one_before_and_never_begins_within_it(drugs, editor):
    with pytest.raises(InputRefusal, match="“List of 2018” begins on Jan 1, 2018"):
        save_list(pk=None, facts={"name": "New", "effective_from": dt.date(2017, 1, 1)}, seen=0, actor=editor)
    save_list(pk=None, facts={"name": "New", "effective_from": FIRST}, seen=0, actor=editor)
    drugs.refresh_from_db()
    assert drugs.effective_to == dt.date(2026, 12, 31)
    seen = reached("FormularyEdition", drugs.pk)
    with pytest.raises(InputRefusal, match="is in force in part of that time"):
        save_list(pk=drugs.pk, facts={"effective_to": FIRST}, seen=seen, actor=editor)


def test_every_change_is_taken_back_unless_a_later_one_touched_it(drugs, editor):
    typed("Ketorolac", editor, special_fill=True, special_fill_days=4)
    typed("Ketorolac", editor, special_fill_days=7, drug_class="NSAIDs")
    second, first, _ = history.history_of_drug(drug("Ketorolac").pk)
    assert second.who == editor.name
    with pytest.raises(StateRefusal, match="A later change touched special fill days"):
        history.undo_drug_change(event_id=first.event_id, actor=editor)
    history.undo_drug_change(event_id=second.event_id, actor=editor)
    assert (drug("Ketorolac").special_fill_days, drug("Ketorolac").drug_class) == (4, "")
    gone = drug("Ibuprofen").pk
    remove_drug(pk=gone, actor=editor)
    history.undo_drug_change(event_id=history.drugs_lately(drugs.pk)[0].event_id, actor=editor)
    assert drug("Ibuprofen").brand_names == ["Ibuprofen-B"]
    event = next(step for step in history.history_of_drug(gone) if step.what == "removed")
    with pytest.raises(StateRefusal, match="stands in the list again"):
        history.undo_drug_change(event_id=event.event_id, actor=editor)
    save_list(
        pk=drugs.pk, facts={"special_visit_days": 9}, seen=reached("FormularyEdition", drugs.pk), actor=editor
    )  # fmt: skip
    history.undo_list_change(event_id=history.history_of_list(drugs.pk)[0].event_id, actor=editor)
    drugs.refresh_from_db()
    assert drugs.special_visit_days == 7


# --- taken in -------------------------------------------------------------------------------------------------------


def test_every_bad_cell_is_refused_with_its_row_column_and_sentence(drugs, editor):
    table = (
        HEAD + "Aspirin,,,exempt,yes,4,\n,,,exempt,,,\nNaproxen,,,maybe,,,\nCodeine,,,non-exempt,perhaps,,\n"
        "Codeine,,,non-exempt,yes,400,\nFentanyl,,,,,,\nIbuprofen,,,exempt,,,\nIBUPROFEN,,,exempt,,,\n"
    )
    change = give(csv_file(table), editor, into=drugs)
    found = {(number, column): sentence for number, column, sentence in reasons(change)}
    assert found[2, "special_fill"].startswith("Only a non-exempt drug has a special fill")
    assert found[3, "ingredient"].startswith("The active ingredient is missing")
    assert found[4, "status"].startswith("“maybe” is no status")
    assert found[5, "special_fill"].startswith("“perhaps” is neither yes nor no")
    assert found[6, "special_fill_days"].startswith("“400” is no number of days")
    assert found[7, "status"].startswith("The status is missing")
    assert found[9, "ingredient"].startswith("Row 8 has the same ingredient")
    with pytest.raises(StateRefusal, match="Rows that are refused: 7"):
        change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    assert FormularyDrug.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ('[{"name": "A", "drugs": []}, {"name": "B", "drugs": []}]', "one list of drugs"),
        ("[]", "holds no drug"),
        ('"drugs"', "one list of drugs"),
    ],
)
def test_a_file_that_holds_no_list_of_drugs_says_so(drugs, editor, text, words):
    change = give(io.BytesIO(text.encode()), editor, into=drugs, name="drugs.json")
    assert change.state == "refused"
    assert words in change.problem


def test_keys_and_values_that_are_none_are_refused_row_by_row(drugs, editor):
    rows = [{"ingredient": "Aspirin", "status": "exempt", "colour": "red"}, {"ingredient": ["x"], "status": {}}, 7]
    change = give(io.BytesIO(json.dumps(rows).encode()), editor, into=drugs, name="drugs.json")
    assert sorted({row for row, *_ in reasons(change)}) == [1, 2, 3]


def test_formulas_in_a_workbook_are_refused_and_in_text_are_text(drugs, editor):
    book = xlsx_file(["ingredient", "status"], ["=1+1", "exempt"])
    assert "holds a formula (=1+1)" in reasons(give(book, editor, into=drugs, name="drugs.xlsx"))[0][2]
    change = give(csv_file("ingredient,status\n'=1+1,exempt\n"), editor, into=drugs)
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    assert drug("=1+1").status == "exempt"
    assert "\n'=1+1," in "".join(exporting.drugs_csv(edition=drugs, actor=editor)).replace("\r", "")


def test_a_file_is_shown_written_and_taken_back(drugs, editor):
    table = HEAD + "ketorolac,Toradol,,non-exempt,4 days,,Low Back\nAspirin,Bayer; Ecotrin,,exempt,,,\n"
    change = give(csv_file(table), editor, into=drugs, whole=True)
    assert (change.added, change.changed, change.removed, change.refused) == (1, 1, 2, 0)
    assert FormularyDrug.objects.count() == 3
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    kept = drug("ketorolac")
    assert (kept.special_fill, kept.special_fill_days, kept.brand_names) == (True, 4, ["Toradol"])
    assert set(FormularyDrug.objects.values_list("ingredient", flat=True)) == {"ketorolac", "Aspirin"}
    assert drug("Aspirin").brand_names == ["Bayer", "Ecotrin"]
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert sorted(FormularyDrug.objects.values_list("ingredient", "status")) == [
        ("Ibuprofen", "exempt"), ("Ketorolac", "non_exempt"), ("Zolpidem", "unlisted"),
    ]  # fmt: skip
    assert drug("Ibuprofen").brand_names == ["Ibuprofen-B"]


def test_a_new_list_begins_at_the_confirmation_and_applies_from_its_day(drugs, editor):
    table = HEAD + "Ibuprofen,,,non-exempt,,,\n"
    with pytest.raises(InputRefusal, match="There is a list “LIST OF 2018” already"):
        give(csv_file(table), editor, into=drugs, begins=("LIST OF 2018", FIRST))
    change = give(csv_file(table), editor, into=drugs, begins=("List of 2027", FIRST))
    assert told(change)[:2] == [
        ("List of 2027", "added", [["effective_from", None, "2027-01-01"]]),
        ("List of 2018", "changed", [["effective_to", None, "2026-12-31"]]),
    ]
    assert FormularyEdition.objects.count() == 1
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    assert formulary_status(drug="ibuprofen", on=DAY).status == "exempt"
    assert formulary_status(drug="ibuprofen", on=FIRST).status == "non_exempt"
    assert formulary_status(drug="zolpidem", on=FIRST).edition == "List of 2027"
    fresh = FormularyDrug.objects.get(edition__name="List of 2027", ingredient="Zolpidem")
    facts = {"list_id": fresh.edition_id, "actor": editor}
    save_drug(pk=fresh.pk, facts={"confirmed": True}, seen=reached("FormularyDrug", fresh.pk), **facts)
    with pytest.raises(StateRefusal, match="Drugs of “List of 2027” were changed since"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)


def test_a_new_list_that_nobody_touched_is_taken_back_with_its_day(drugs, editor):
    change = give(csv_file(HEAD + "Ibuprofen,,,non-exempt,,,\n"), editor, into=drugs, begins=("List of 2027", FIRST))
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert FormularyEdition.objects.get().effective_to is None
    assert formulary_status(drug="ibuprofen", on=FIRST).status == "exempt"


def test_what_somebody_changed_meanwhile_is_neither_overwritten_nor_lost(drugs, editor):
    change = give(csv_file(HEAD + "Ibuprofen,,,non-exempt,,,\n"), editor, into=drugs)
    typed("Ibuprofen", editor, status="unlisted")
    with pytest.raises(StateRefusal, match="compare again"):
        change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    change = change_sets.compare_again(pk=change.pk, actor=editor, now=NOW)
    change_sets.confirm(pk=change.pk, actor=editor, now=NOW)
    typed("Ibuprofen", editor, status="exempt")
    with pytest.raises(StateRefusal, match="“Ibuprofen” has moved on: status was changed since"):
        change_sets.undo(pk=change.pk, actor=editor, now=NOW)
    assert drug("Ibuprofen").status == "exempt"


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_what_is_given_out_reads_back_without_a_difference(editor, form):
    load_formulary()
    edition = FormularyEdition.objects.get()
    FormularyDrug.objects.create(
        edition=edition, ingredient="=1+1, “a”; b", brand_names=["a; b", "=x", "it's", '"q"', "007"], status="unlisted",
        dosage_note="naïve, 膝",
    )  # fmt: skip
    if form == "csv":
        file = "".join(exporting.drugs_csv(edition=edition, actor=editor)).encode()
    elif form == "xlsx":
        file = exporting.drugs_xlsx(edition=edition, actor=editor)
    else:
        file = exporting.drugs_json(edition=edition, actor=editor).encode()
    change = give(io.BytesIO(file), editor, into=edition, whole=True, name=f"drugs.{form}")
    assert (change.state, told(change)) == ("ready", [])
    assert change.unchanged == edition.drugs.count()


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["administrator", "reviewer", "coordinator"])
def test_others_see_nothing_of_the_lists_upkeep(drugs, role):
    browser = signed_in(make_person(role))
    for where in (
        reverse("library:drugs"), reverse("library:drugs_history", args=[drugs.pk]),
        reverse("library:drugs_export", args=[drugs.pk]), "/admin/guidelines/formularydrug/",
    ):  # fmt: skip
        assert browser.get(where, follow=True).status_code == 403


@pytest.mark.parametrize(
    ("form", "kind", "begin"),
    [
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxml", b"PK"),
        ("json", "application/json", b""),
    ],
)
def test_both_lists_are_handed_out_in_each_format_and_in_no_other(drugs, filed, form, kind, begin):
    import_guidelines(path=filed(neck()), actor=Actor.system("tests"))
    browser = signed_in(make_person("guideline_editor"))
    for address, name, held in (
        (reverse("library:drugs_export", args=[drugs.pk]), "drugs", "Ketorolac"),
        (reverse("library:export"), "sections", "Traction"),
    ):
        assert browser.get(address, {"format": "html"}).status_code == 404
        answer = browser.get(address, {"format": form})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer["Content-Type"].startswith(kind)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.{form}"'
        assert body.startswith(begin)
        assert form == "xlsx" or held in body.decode()


def test_drugs_are_found_by_brand_status_and_what_is_to_be_confirmed(drugs):
    browser = signed_in(make_person("guideline_editor"))
    where = "/admin/guidelines/formularydrug/"
    assert "Ketorolac" not in browser.get(where, {"q": "ibuprofen-b"}).text
    assert "Zolpidem" in browser.get(where, {"status__exact": "unlisted"}).text
    FormularyDrug.objects.filter(ingredient="Zolpidem").update(confirmed=True)
    unread = browser.get(where, {"unread": "yes"}).text
    assert "Ibuprofen-B" in unread
    assert "Zolpidem-B" not in unread
    assert "Zolpidem-B" in browser.get(where, {"unread": "no"}).text


def test_a_drug_is_typed_refused_beside_its_field_and_kept_under_the_editors_name(drugs):
    person = make_person("guideline_editor")
    browser = signed_in(person)
    add = "/admin/guidelines/formularydrug/add/"
    facts = {"edition": drugs.pk, "ingredient": "Aspirin", "status": "exempt", "special_fill": "on"}
    assert "Only a non-exempt drug has a special fill" in browser.post(add, facts).text
    assert browser.post(add, {**facts, "status": "non_exempt", "brand_names": "Bayer\nEcotrin"}).status_code == 302
    assert drug("Aspirin").brand_names == ["Bayer", "Ecotrin"]
    page = browser.get(f"/admin/guidelines/formularydrug/{drug('Aspirin').pk}/history/", follow=True).text
    assert person.email in page
    undo = reverse("library:undo_drug", args=[history.history_of_drug(drug("Aspirin").pk)[0].event_id])
    assert browser.post(undo, {"list": drugs.pk}).status_code == 302
    assert not FormularyDrug.objects.filter(ingredient="Aspirin").exists()


def test_a_new_list_is_typed_and_ends_the_one_before(drugs):
    browser = signed_in(make_person("guideline_editor"))
    add = "/admin/guidelines/formularyedition/add/"
    numbers = dict.fromkeys(
        ("special_supply_days", "before_surgery_days", "after_surgery_days", "perioperative_supply_days"), 4
    )
    facts = {"name": "List of 2027", "effective_from": "2027-01-01", "special_visit_days": 7, **numbers}
    assert "begins on Jan 1, 2018" in browser.post(add, {**facts, "effective_from": "2017-01-01"}).text
    assert "with this Name already exists" in browser.post(add, {**facts, "name": "List of 2018"}).text
    assert browser.post(add, facts).status_code == 302
    assert list(FormularyEdition.objects.values_list("name", "effective_to")) == [
        ("List of 2027", None), ("List of 2018", dt.date(2026, 12, 31)),
    ]  # fmt: skip


def test_the_form_of_a_file_says_what_is_missing_and_shows_the_differences(drugs):
    browser = signed_in(make_person("guideline_editor"))
    send = {"file": csv_file("Wirkstoff;Status\nAspirin;exempt\n"), "into": drugs.pk, "name": "List of 2027"}
    send["file"].name = "drugs.csv"
    answer = browser.post(reverse("library:drugs_file"), send)
    assert answer.status_code == 422
    assert "Write the first day on which the new list applies" in answer.text
    send["file"].seek(0)
    answer = browser.post(reverse("library:drugs_file"), {**send, "effective_from": "2027-01-01"}, follow=True)
    assert "2 added, 1 changed" in answer.text
    assert "New list “List of 2027” from 2027-01-01" in answer.text
    change = ChangeSet.objects.get()
    assert "Written: 2 added" in browser.post(reverse("library:act", args=[change.pk, "confirm"]), follow=True).text


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("where", "queries"), [("/admin/guidelines/formularydrug/", 12), ("library:drugs", 13)])
def test_pages_cost_the_same_number_of_queries_at_any_length(where, queries, rows, drugs, django_assert_num_queries):
    for number in range(rows):
        FormularyDrug.objects.create(edition=drugs, ingredient=f"Drug {number}", status="exempt")
        day = dt.date(2010 + number % 8, 1, 1 + number)
        FormularyEdition.objects.create(name=f"Old {number}", effective_from=day, effective_to=day)
    browser = signed_in(make_person("guideline_editor"))
    where = where if where.startswith("/") else reverse(where)
    browser.get(where)
    with django_assert_num_queries(queries):
        browser.get(where)
