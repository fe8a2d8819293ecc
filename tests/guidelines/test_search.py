from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from guidelines.services.search import search

ON_2014, ON_2016, TODAY = dt.date(2014, 2, 24), dt.date(2016, 12, 19), dt.date(2026, 11, 23)
CHRONIC = "Chronic Pain Medical Treatment"


def found(text, **facts):
    return [(hit.publication, hit.edition_year, hit.section) for hit in search(text=text, **facts)]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "3x3 #60 2 times a week", "'); --", "& | ! :*", "\\", "٪٪", "a" * 5000])
def test_words_that_say_nothing_find_nothing_and_break_nothing(library, text):
    assert search(text=text) == []
    assert search(text=text, typing=True) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "on", "wanted"),
    [
        ("PT 3x3 cervical", ON_2014, (CHRONIC, 2009, "Physical Medicine")),
        ("PT 3x3 cervical", ON_2016, (CHRONIC, 2016, "Physical medicine treatment")),
        ("Neurontin 300mg #90", ON_2016, (CHRONIC, 2016, "Gabapentin (Neurontin)")),
        ("gabapentin", ON_2016, (CHRONIC, 2016, "Gabapentin (Neurontin)")),
        ("gabapentn", ON_2016, (CHRONIC, 2016, "Gabapentin (Neurontin)")),
        ("LESI L4-5", ON_2014, (CHRONIC, 2009, "Epidural steroid injections (ESIs)")),
        (
            "TENS unit purchase",
            ON_2016,
            (CHRONIC, 2016, "TENS, chronic pain (transcutaneous electrical nerve stimulation)"),
        ),
        ("Acupuncture x 6, lumbar", ON_2016, ("Acupuncture Treatment", 2007, None)),
        ("UDS", ON_2014, (CHRONIC, 2009, "Drug testing")),
        ("knee arthroscopy with meniscectomy", ON_2016, ("Knee Complaints", 2004, "Surgical Considerations")),
        ("MRI lumbar spine", TODAY, ("Low Back Disorders Guideline", 2020, "Magnetic resonance imaging")),
        ("gabapentin", TODAY, ("Chronic Pain Guideline", 2017, "Anticonvulsants")),
        ("Percocet 10/325", TODAY, ("Opioids Guideline", 2017, "Chronic pain, continuing treatment")),
        ("right shoulder rotator cuff repair", TODAY, ("Shoulder Disorders Guideline", 2016, "Rotator cuff repair")),
    ],
)
def test_the_words_of_a_request_find_what_an_expert_would_cite(library, text, on, wanted):
    assert found(text, on=on)[0] == wanted


@pytest.mark.django_db
def test_the_edition_in_force_comes_first_and_the_other_is_not_hidden(library):
    in_2014, in_2016 = (found("physical therapy", on=day, limit=30) for day in (ON_2014, ON_2016))
    older, newer = (CHRONIC, 2009, "Physical Medicine"), (CHRONIC, 2016, "Physical medicine treatment")
    assert in_2014.index(older) < in_2014.index(newer)
    assert in_2016.index(newer) < in_2016.index(older)


@pytest.mark.django_db
def test_the_diagnosis_chooses_the_chapter(library):
    first = search(text="MRI", diagnosis="right knee meniscal tear", on=ON_2016)[0]
    assert first.publication == "Knee Complaints"


@pytest.mark.django_db
def test_a_hit_says_why(library):
    hit = search(text="gabapentn 300mg", on=ON_2016)[0]
    assert 'heading has "gabapentin"' in hit.why
    assert "edition in force" in hit.why
    assert '"gabapentn" read as "gabapentin"' in hit.why


@pytest.mark.django_db
def test_half_a_word_and_a_slip_are_enough_while_typing(library):
    for typed in ("gabap", "gabapentn"):
        hits = search(text=typed, on=ON_2016, typing=True)
        assert hits[0].section == "Gabapentin (Neurontin)"
    assert "read as" not in " ".join(search(text="gabap", on=ON_2016, typing=True)[0].why)


@pytest.mark.django_db
def test_a_publication_is_found_by_its_alias(library):
    assert found("Chronic Pain Treatment Guidelines", on=ON_2014)[0][:2] == (CHRONIC, 2009)


@pytest.mark.django_db
def test_a_hit_says_how_its_edition_stands_on_the_day(library):
    hits = search(text="MRI cervical spine", on=ON_2016, limit=40)
    stands = {(hit.publication, hit.edition_year): hit.standing for hit in hits}
    assert stands["Neck and Upper Back Complaints", 2004] == "in force"
    assert stands["Cervical and Thoracic Spine Disorders Guideline", 2016] == "not yet in force"
    later = {(hit.publication, hit.edition_year): hit.standing for hit in search(text="MRI neck", on=TODAY, limit=40)}
    assert later["Cervical and Thoracic Spine Disorders Guideline", 2016] == "ended"


def printed(*words, **options):
    out = StringIO()
    call_command("search_guidelines", *words, stdout=out, **options)
    return out.getvalue()


def test_the_command_refuses_neither_and_both():
    for arguments in ((), ("PT", "--batch", "x.jsonl")):
        with pytest.raises(CommandError) as caught:
            printed(*arguments)
        assert caught.value.returncode == 2


@pytest.mark.django_db
def test_the_command_refuses_a_day_that_is_none():
    with pytest.raises(CommandError, match="is no date"):
        printed("PT", "--on", "2016-02-30")


@pytest.mark.django_db
def test_the_command_prints_one_object(library):
    (first, *_) = json.loads(printed("PT 3x3 cervical", "--on", "2014-02-24", "--json"))["results"]
    assert first["publication"] == CHRONIC
    assert first["edition_year"] == 2009
    assert first["section"] == "Physical Medicine"
    assert first["pages"] is None
    assert first["score"] > 0
    assert first["why"]


@pytest.mark.django_db
def test_a_batch_keeps_the_order_and_its_bad_lines(library, tmp_path):
    batch = tmp_path / "asked.jsonl"
    batch.write_text(
        '{"id": "b", "text": "acupuncture", "diagnoses": ["neck pain"], "on": "2016-12-19", "note": "ignored"}\n'
        '{"id": "bad"}\n'
        '{"id": 7, "text": "zzzz", "on": null, "exclude_case": "CM16-0000001"}\n'
    )
    first, second, third = [json.loads(line) for line in printed("--batch", str(batch), "--json").splitlines()]
    assert (first["id"], first["results"][0]["section"]) == ("b", None)
    assert (second["id"], second["results"]) == ("bad", [])
    assert '"text" is missing' in second["error"]
    assert (third["id"], third["results"]) == (7, [])
