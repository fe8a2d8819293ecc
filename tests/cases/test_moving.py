"""“Wrong case”: pages leave the file they do not belong to, for everybody and at once; who saw them is listed."""

from __future__ import annotations

import pytest

from cases.models import Arrival, CaseEvent, Document, Incident, Page, Reading
from cases.services import access, arrivals
from cases.services.moving import close_incident, move_record
from cases.services.page_search import search_case
from cases.signals import record_moved
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from common.services import files
from tests.accounts.people import make_person, signed_in
from tests.cases.test_page_range import marked_pdf
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db
WHY = "These pages are about somebody else."


def a_record(case=None, pages=5):
    file = files.store(marked_pdf(pages), content_type="application/pdf")
    if not Reading.objects.filter(file=file).exists():
        words = ("alpha", "bravo", "charlie", "delta", "echo")
        Page.objects.bulk_create(
            Page(file=file, number=n, text=words[n - 1], source="born") for n in range(1, pages + 1)
        )
        Reading.objects.create(file=file, pages=pages, read=pages, began_at=NOW, text_at=NOW, done_at=NOW)
    return Document.objects.create(
        case=case or make_case(state="in_review"), position=40, title="Bundle of Dr. Hale", kind="medical_report",
        file=file, pages=pages, received_at=NOW,
    )  # fmt: skip


def moved(document, to=None, **facts):
    return move_record(document=document, to=to, **{"why": WHY, "actor": COORDINATOR, "now": NOW, **facts})


def test_without_right_reason_or_true_pages_nothing_moves():
    document, other = a_record(), make_case()
    for refusal, facts in (
        (RightRefusal, {"actor": Actor(name="auditor", roles=frozenset({"auditor"}))}),
        (InputRefusal, {"why": "  wrong "}),
        (InputRefusal, {"first": 2}),
        (InputRefusal, {"first": 4, "last": 2}),
        (InputRefusal, {"first": 4, "last": 6}),
        (InputRefusal, {"first": 0, "last": 2}),
        (RuleRefusal, {"to": document.case}),
    ):
        with pytest.raises(refusal):
            moved(document, **{"to": other, **facts})
    assert (Incident.objects.count(), document in document.case.documents.all()) == (0, True)


def test_a_record_that_was_moved_already_is_not_moved_twice():
    document, other = a_record(), make_case()
    moved(document, other)
    with pytest.raises(StateRefusal, match="not in case"):
        moved(document, make_case())


def test_moved_pages_are_hidden_at_once_everywhere_and_their_hash_and_trail_stay(monkeypatch):
    document, other = a_record(), make_case(state="records")
    case, before, heard = document.case, files.read(document.file), []
    monkeypatch.setattr(access, "_SIGHTS", [lambda user, one, now: one == case])
    staff, reviewer = make_person("coordinator"), make_person("reviewer")
    url = f"/cases/{case.number}/records/{document.pk}/"
    for person in (staff, reviewer):
        opened = signed_in(person).get(url)
        assert opened.status_code == 200
        assert b"".join(opened.streaming_content) == before
    record_moved.connect(hear := lambda **said: heard.append((said["source"], said["target"])))
    incident = moved(document, other, first=2, last=3)
    record_moved.disconnect(hear)
    assert heard == [(case, other)]
    for person in (staff, reviewer):
        browser = signed_in(person)
        assert browser.get(url).status_code == 404
        assert browser.get(f"{url}sheet/2/?large").status_code == 404
        left = [one for one in case.documents.all() if one.cut_from_id == document.pk]
        assert [one.page_range for one in left] == [(1, 1), (4, 5)]
        assert browser.get(f"/cases/{case.number}/records/{left[0].pk}/sheet/2/").status_code == 404
    assert search_case(case=case, text="bravo") == []
    assert [hit.number for hit in search_case(case=case, text="delta")] == [4]
    assert [hit.number for hit in search_case(case=other, text="bravo")] == [2]
    assert search_case(case=other, text="delta") == []
    assert files.read(document.file) == before
    assert (incident.sha256, incident.from_case, incident.to_case) == (document.file.sha256, case, other)
    assert {(one.name, one.act) for one in incident.viewers.all()} == {
        (staff.email, "viewed"), (reviewer.email, "viewed"),
    }  # fmt: skip
    assert CaseEvent.objects.filter(case=case, kind="record.moved_out").exists()
    assert CaseEvent.objects.get(case=other, kind="record.moved_in").facts["sha256"] == document.file.sha256


def test_pages_whose_case_is_not_known_wait_alone_without_the_others():
    document = a_record()
    incident = moved(document, None, first=4, last=5)
    arrival = incident.arrival
    assert (arrival.state, arrival.pages, arrival.case) == (Arrival.State.UNMATCHED, 2, None)
    content = files.read(arrival.file)
    assert arrival.file != document.file
    found = arrivals.link(arrival=arrival, case=make_case(), kind="medical_report", actor=COORDINATOR, now=NOW)
    assert found.page_range == (1, 2)
    assert b"only page 1" not in content


def test_an_incident_is_settled_once_by_those_who_may():
    incident = moved(a_record(), make_case())
    told = "The worker was told by letter; the scanning house was told to separate files."
    director = Actor(name="director@example.org", roles=frozenset({"medical_director"}), user_id=1)
    with pytest.raises(RightRefusal):
        close_incident(incident=incident, outcome=told, actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal):
        close_incident(incident=incident, outcome="ok", actor=director, now=NOW)
    assert close_incident(incident=incident, outcome=told, actor=director, now=NOW).outcome == told
    with pytest.raises(StateRefusal, match="settled by"):
        close_incident(incident=incident, outcome=told, actor=director, now=NOW)


def test_the_pages_of_incidents_open_to_those_who_settle_them():
    document, other = a_record(), make_case()
    staff = signed_in(make_person("coordinator"))
    url = f"/cases/{document.case.number}/records/{document.pk}/wrong-case/"
    assert "Nobody opened it" not in staff.get(url).content.decode()
    refused = staff.post(url, {"number": other.number, "why": ""})
    assert refused.status_code == 422
    assert staff.post(url, {"number": other.number.lower(), "why": WHY}).status_code == 302
    assert staff.get("/cases/incidents/").status_code == 403
    director = signed_in(make_person("medical_director"))
    incident = Incident.objects.get()
    assert other.number in director.get("/cases/incidents/").content.decode()
    assert WHY in director.get(f"/cases/incidents/{incident.pk}/").content.decode()
    assert director.post(f"/cases/incidents/{incident.pk}/", {"outcome": "x"}).status_code == 422
    answer = director.post(f"/cases/incidents/{incident.pk}/", {"outcome": "The worker was told by letter."})
    assert answer.status_code == 302
    incident.refresh_from_db()
    assert incident.closed_at is not None
