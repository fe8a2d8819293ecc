"""Files that come without a case: matched by code, by number, by what they say; the rest waits for one key."""

from __future__ import annotations

import io
import threading

import pytest
import segno
from django.db import connections
from django.utils import timezone
from PIL import Image

from cases.models import Arrival, ArrivalMatch, Document, Page, Reading
from cases.rules.matching import fit, numbers_in, said_by
from cases.services import matching
from common.actor import Actor
from common.errors import RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files
from tests.accounts.people import make_person, signed_in
from tests.factories.cases import COORDINATOR, NOW, a_pdf, make_case

pytestmark = pytest.mark.django_db
FORMS = ["CMyy-nnnnnnn"]


def a_file(texts=("",), *, name="scan.pdf", folder="", content=None):
    """An arrival that is checked and waits, its pages read."""
    body = content or a_pdf(len(texts)) + f"\n%{name}{folder}{hash(tuple(texts))}".encode()
    file = files.store(body, content_type="application/pdf")
    Page.objects.bulk_create(
        (Page(file=file, number=n, text=text, source="born") for n, text in enumerate(texts, 1)), ignore_conflicts=True
    )
    Reading.objects.get_or_create(
        file=file, defaults={"pages": len(texts), "began_at": NOW, "text_at": NOW, "done_at": NOW}
    )
    return Arrival.objects.create(
        door="staff", name=name, folder=folder, sent=file, file=file, sha256=file.sha256, size=len(body),
        pages=len(texts), state="unmatched", received_at=NOW,
    )  # fmt: skip


def matched(arrival):
    return matching.match_arrival(arrival_id=arrival.pk, now=NOW)


def coded_pdf(text):
    picture = io.BytesIO()
    segno.make(text).save(picture, kind="png", scale=12, border=6)
    out = io.BytesIO()
    Image.open(picture).convert("RGB").save(out, "PDF", resolution=100)
    return out.getvalue()


def test_case_numbers_are_found_however_they_are_written_and_nothing_else_is():
    assert numbers_in("records cm26 0000012 and CM26_0000013.pdf, CM260000014", FORMS) == [
        "CM26-0000012", "CM26-0000013", "CM26-0000014",
    ]  # fmt: skip
    assert numbers_in("CM26-00000123 XCM26-0000012 26-0000012", FORMS) == []


def test_a_name_alone_or_a_claim_alone_is_never_sure():
    facts = {"first_name": "Ana", "last_name": "Alvarado", "claim_number": "WC-123456"}
    assert not fit(said_by(["Patient: Ana Alvarado"]), **facts).sure
    assert not fit(said_by(["Claim WC123456 of somebody"]), **facts).sure
    assert fit(said_by(["Patient: Alvarado, Ana   Claim No. WC 123456 WC-123456"]), **facts).sure
    assert fit(said_by(["nothing of the kind"]), **facts).score == 0


def test_a_number_in_the_folder_files_it_and_a_number_of_no_case_does_not():
    case = make_case()
    found = matched(a_file(folder=f"box 3/{case.number.replace('-', '_')}"))
    assert (found.case, found.by, found.document.case) == (case, "number", case)
    assert matched(a_file(name="CM26-9999999.pdf")) is None


def test_the_code_of_a_cover_sheet_files_it():
    case = make_case()
    found = matched(a_file(content=coded_pdf(f"records {case.number}")))
    assert (found.case, found.by) == (case, "code")


def test_claim_and_name_in_the_text_file_it_and_only_suggest_where_two_cases_fit():
    case = make_case(worker={"first_name": "Rosalind", "last_name": "Castellanos"}, claim={"claim_number": "ZX-778899"})
    text = "Patient: Rosalind Castellanos\nClaim Number: ZX-778899\nThe patient reports pain."
    assert matched(a_file([text])).case == case
    make_case(worker={"first_name": "Rosalind", "last_name": "Castellanos"}, claim={"claim_number": "ZX-778899"})
    waiting = a_file([text, ""])
    assert matched(waiting) is None
    assert [(one.place, one.score >= 80, "claim" in one.why) for one in waiting.suggestions.all()] == [
        (1, True, True), (2, True, True),
    ]  # fmt: skip


def test_misread_letters_still_suggest():
    case = make_case(worker={"first_name": "Rosalind", "last_name": "Castellanos"}, claim={"claim_number": "ZX-778899"})
    waiting = a_file(["Patient: Rosa1ind Castellonos\nClaim ZX-778B99\nDOB 3/9/1971"])
    assert matched(waiting) is None
    (one,) = waiting.suggestions.all()
    assert (one.case, "but for one sign" in one.why, "birth date" in one.why) == (case, True, True)


def test_the_worker_is_asked_when_a_file_waits():
    waiting = a_file()
    assert OutboxJob.objects.filter(kind=matching.MATCH_JOB, key=str(waiting.pk)).exists()


def test_nobody_puts_or_undoes_without_the_right_and_an_undone_file_is_left_to_people():
    case, waiting = make_case(), a_file()
    stranger = Actor(name="auditor", roles=frozenset({"auditor"}))
    with pytest.raises(RightRefusal):
        matching.put(arrival=waiting, case=case, actor=stranger, now=NOW)
    found = matching.put(arrival=waiting, case=case, actor=COORDINATOR, now=NOW)
    with pytest.raises(RightRefusal):
        matching.undo(match=found, actor=stranger, now=NOW)
    matching.undo(match=found, actor=COORDINATOR, now=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.case, case.documents.filter(arrival=waiting).exists()) == ("unmatched", None, False)
    with pytest.raises(StateRefusal):
        matching.undo(match=found, actor=COORDINATOR, now=NOW)
    assert matched(waiting) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_put_the_same_file_one_is_told():
    cases, waiting = [make_case(), make_case()], a_file()
    start, said = threading.Barrier(2), []

    def put(case):
        try:
            start.wait()
            matching.put(arrival=waiting, case=case, actor=COORDINATOR, now=NOW)
            said.append("done")
        except StateRefusal as refusal:
            said.append(refusal.rule)
        finally:
            connections.close_all()

    people = [threading.Thread(target=put, args=(case,)) for case in cases]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(said) == ["arrival.state", "done"]
    assert Document.objects.filter(arrival=waiting).count() == 1


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_takes_the_same_statements_for_any_number_of_files(rows, django_assert_num_queries):
    case = make_case()
    for n in range(rows):
        waiting = a_file(name=f"{n}.pdf")
        waiting.suggestions.create(case=case, place=1, score=60, why="name")
    with django_assert_num_queries(5):
        shown = list(matching.waiting())
        assert all(
            one.file.reading and [s.case.worker.last_name + s.case.claim.claim_number for s in one.suggestions.all()]
            for one in shown
        )


def test_the_page_puts_undoes_and_finds():
    case, browser = make_case(), signed_in(make_person("coordinator"))
    waiting = a_file(name="Hale.pdf")
    waiting.suggestions.create(case=case, place=1, score=60, why="name")
    assert "60 of 100: name" in browser.get("/cases/unmatched/").content.decode()
    found = browser.post("/cases/unmatched/find/", {"arrival": waiting.pk, "q": "alvarado"})
    assert case.number in found.content.decode()
    said = browser.post(f"/cases/unmatched/{waiting.pk}/put/", {"number": case.number}, headers={"HX-Request": "true"})
    assert f"filed with {case.number}" in said.content.decode()
    again = browser.post(f"/cases/unmatched/{waiting.pk}/put/", {"number": case.number}, headers={"HX-Request": "true"})
    assert again.status_code == 422
    match = ArrivalMatch.objects.get()
    assert match.at <= timezone.now()
    undone = browser.post(f"/cases/unmatched/undo/{match.pk}/", headers={"HX-Request": "true"})
    assert "waits again" in undone.content.decode()
    assert signed_in(make_person("auditor")).get("/cases/unmatched/").status_code == 403
