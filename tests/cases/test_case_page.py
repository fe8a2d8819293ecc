from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AccessLog
from accounts.roles import ROLES
from accounts.services.break_glass import open_break_glass
from cases import panels
from cases.models import Case
from cases.services import access
from cases.services.intake import take_in_past
from cases.services.records import attach_document
from cases.services.workflow import move
from cases.views.case import stage_steps
from cases.views.records import byte_range
from common.actor import Actor
from common.errors import InputRefusal
from tests.accounts.people import make_person, signed_in
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, a_pdf, exchange_row, make_case, put_in_state

pytestmark = pytest.mark.django_db


def filed_case(folder, **changes) -> Case:
    from cases.services.intake import take_in

    (folder / "report.pdf").write_bytes(a_pdf(2))
    document = {"title": "Report", "kind": "medical_report", "path": "report.pdf"}
    return take_in(
        row=exchange_row(documents=[document], **changes), actor=Actor.system("test"), now=NOW, files_base=folder
    )


def test_the_stages_say_the_days_of_california():
    evening = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)  # five in the afternoon of Nov 29 there
    case = make_case(now=evening)
    move(case=case, event="open", actor=COORDINATOR, now=evening + dt.timedelta(hours=1))
    case = put_in_state(case, "records")
    first, second, *_ = stage_steps(case, list(case.events.all()), "", None)
    assert (first["note"], second["note"]) == ("Nov 29", "Nov 29")


@pytest.mark.parametrize("role", [role for role, rights in ROLES.items() if "view_cases" not in rights])
def test_without_the_right_or_a_rule_no_part_of_a_case_opens(role, tmp_path):
    case, client = filed_case(tmp_path), browser(role)
    document = case.documents.get()
    for path in ("", "items/", "records/", "history/", f"records/{document.pk}/", "correct/", "records/add/"):
        assert client.get(f"/cases/{case.number}/{path}").status_code == 403, path
    assert client.post(f"/cases/{case.number}/act/open/").status_code == 403
    assert client.get("/cases/").status_code == 403
    case.refresh_from_db()
    assert case.state == "received"


def test_a_case_that_is_not_there_and_one_that_is_not_open_answer_alike():
    case, client = make_case(), browser("reviewer")
    there, not_there = (client.get(f"/cases/{number}/") for number in (case.number, "CM26-9999999"))
    assert there.status_code == not_there.status_code == 403
    said = [re.sub(r"CM26-\d+|[A-Za-z0-9]{64}", "", one.content.decode()) for one in (there, not_there)]
    assert said[0] == said[1]


def test_a_record_of_another_case_does_not_open_through_a_case_that_does(tmp_path, monkeypatch):
    mine, other = filed_case(tmp_path), filed_case(tmp_path)
    monkeypatch.setattr(access, "_SIGHTS", [lambda user, case, now: case == mine])
    client = browser("reviewer")
    opened = client.get(f"/cases/{mine.number}/records/{mine.documents.get().pk}/")
    assert (opened.status_code, b"".join(opened.streaming_content)) == (200, a_pdf(2))
    assert client.get(f"/cases/{mine.number}/records/{other.documents.get().pk}/").status_code == 404
    assert client.get(f"/cases/{other.number}/records/{other.documents.get().pk}/").status_code == 403


def test_a_registered_rule_opens_the_file_but_not_the_history(monkeypatch):
    case = make_case()
    monkeypatch.setattr(access, "_SIGHTS", [lambda user, case, now: True])
    client = browser("reviewer")
    assert client.get(f"/cases/{case.number}/parties/").status_code == 200
    assert client.get(f"/cases/{case.number}/history/").status_code == 404
    assert b">History" not in client.get(f"/cases/{case.number}/").content


def test_emergency_access_opens_one_case(monkeypatch):
    from django.utils import timezone

    case, other, person = make_case(), make_case(), make_person("quality_reviewer")
    with pytest.raises(InputRefusal, match="no case"):
        open_break_glass(actor=Actor.of(person), case_key="CM26-9999999", reason="x" * 30, now=timezone.now())
    open_break_glass(
        actor=Actor.of(person), case_key=case.number, reason="The patient is in danger now", now=timezone.now()
    )
    client = signed_in(person)
    assert client.get(f"/cases/{case.number}/").status_code == 200
    assert client.get(f"/cases/{other.number}/").status_code == 403


def test_every_opening_of_a_case_is_in_the_access_log(tmp_path):
    case, client = filed_case(tmp_path), browser("auditor")
    client.get(f"/cases/{case.number}/parties/")
    saved = client.get(f"/cases/{case.number}/records/{case.documents.get().pk}/?download=1")
    assert b"".join(saved.streaming_content) == a_pdf(2)
    browser("reviewer").get(f"/cases/{case.number}/")
    noted = AccessLog.objects.filter(target_key=case.number).order_by("pk").values_list("act", "detail")
    assert list(noted) == [
        ("viewed", "parties"),
        ("downloaded", f"record {case.documents.get().pk}"),
        ("refused", "summary"),
    ]


@pytest.mark.parametrize(
    "state", ["received", "eligibility", "deferred", "ineligible", "records", "ready", "served", "closed", "withdrawn"]
)
@pytest.mark.parametrize("tab", ["", "items/", "parties/", "records/", "letters/", "history/"])
def test_every_tab_opens_in_every_kind_of_state(state, tab):
    case, client = make_case(state=state), browser("coordinator")
    response = client.get(f"/cases/{case.number}/{tab}")
    assert response.status_code == 200
    assert case.number in response.content.decode()


@pytest.mark.parametrize("role", ["auditor", "medical_director"])
def test_who_only_reads_gets_no_acts(role):
    case, client = make_case(), browser(role)
    assert client.get(f"/cases/{case.number}/").context["actions"] == []
    assert client.post(f"/cases/{case.number}/act/open/").status_code == 403


def test_the_rail_says_why_an_act_is_shut():
    case = make_case(state="eligibility", application={"signed": False})
    actions = browser("coordinator").get(f"/cases/{case.number}/").context["actions"]
    shut = {one["label"]: one.get("why_not") for one in actions}
    assert "Is the application signed? No." in shut["Find eligible"]
    assert not [one for one in actions if one["primary"]]


def test_one_act_is_primary_and_other_rooms_come_first(monkeypatch):
    monkeypatch.setattr(
        panels, "_ACTIONS", [lambda request, case: [{"label": "Offer", "url": "/x/", "method": "get", "primary": True}]]
    )
    case = make_case(state="records")
    actions = browser("coordinator").get(f"/cases/{case.number}/").context["actions"]
    assert [one["label"] for one in actions if one["primary"]] == ["Offer"]


def test_another_rooms_panel_stands_on_its_tab(monkeypatch):
    panel = panels.Panel("components/facts.html", {})
    monkeypatch.setattr(panels, "_PANELS", {})
    panels.register_panel("letters", lambda request, case: panel)
    case, client = make_case(), browser("coordinator")
    assert client.get(f"/cases/{case.number}/letters/").context["panels"] == [panel]
    assert client.get(f"/cases/{case.number}/").context["panels"] == []


def test_an_act_moves_the_case_and_get_moves_nothing():
    case, client = make_case(), browser("coordinator")
    assert client.get(f"/cases/{case.number}/act/open/").status_code == 302
    assert Case.objects.get().state == "received"
    assert client.post(f"/cases/{case.number}/act/open/").status_code == 302
    assert Case.objects.get().state == "eligibility"


def test_an_act_that_needs_a_word_asks_for_it_and_keeps_it():
    case, client = make_case(state="eligibility", application={"signed": False}), browser("coordinator")
    path = f"/cases/{case.number}/act/find_ineligible/"
    assert b"Why is the application ineligible?" in client.get(path).content
    assert client.post(path, {}).status_code == 422
    client.post(path, {"reasons": ["unsigned"]})
    case.refresh_from_db()
    assert case.state == "ineligible"
    cured = {"how": "cured", "codes": ["unsigned"], "on": "11/20/26", "note": "Signed copy came by fax."}
    client.post(f"/cases/{case.number}/act/cure/", cured)
    assert case.events.order_by("pk").last().facts["note"] == "Signed copy came by fax."
    assert b"Signed copy came by fax." in client.get(f"/cases/{case.number}/history/").content


def test_an_act_out_of_its_state_is_refused_with_the_reason():
    case, client = make_case(), browser("coordinator")
    response = client.post(f"/cases/{case.number}/act/serve/")
    assert response.status_code == 409
    assert b"is not possible" in response.content


def test_a_record_that_is_no_pdf_is_refused_beside_its_field():
    case, client = make_case(state="records"), browser("coordinator")
    typed = {"title": "Letter", "kind": "correspondence", "file": SimpleUploadedFile("a.pdf", b"no pdf")}
    response = client.post(f"/cases/{case.number}/records/add/", typed)
    assert response.status_code == 422
    assert "is no PDF" in response.context["form"].errors["file"][0]
    assert case.documents.count() == 2


def test_a_record_is_filed_and_opened_whole_or_in_part():
    case, client, content = make_case(state="records"), browser("coordinator"), a_pdf(3)
    typed = {
        "title": "Letter",
        "kind": "correspondence",
        "date": "11/1/26",
        "file": SimpleUploadedFile("a.pdf", content),
    }
    assert client.post(f"/cases/{case.number}/records/add/", typed).status_code == 302
    document = case.documents.last()
    assert (document.position, document.pages) == (3, 3)
    path = f"/cases/{case.number}/records/{document.pk}/"
    whole, part, behind = (
        client.get(path, headers=one) for one in ({}, {"Range": "bytes=5-9"}, {"Range": "bytes=999999-"})
    )
    assert b"".join(whole.streaming_content) == content
    assert whole["Content-Disposition"] == f'inline; filename="{case.number}-record-3.pdf"'
    assert (part.status_code, b"".join(part.streaming_content)) == (206, content[5:10])
    assert part["Content-Range"] == f"bytes 5-9/{len(content)}"
    assert behind.status_code == 416


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("", (0, 99)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=90-500", (90, 99)),
        ("bytes=100-", (100, 99)),
        ("bytes=-", (0, 99)),
        ("bytes=1-2,5-6", (0, 99)),
        ("pages=1-2", (0, 99)),
    ],
)
def test_byte_ranges(header, meant):
    assert byte_range(header, 100) == meant


def test_an_imported_case_shows_no_acts_and_takes_no_records():
    from cases.services.intake import take_in_past

    case = take_in_past(row={"items": [{"service": "MRI"}]}, actor=Actor.system("test"), now=NOW)
    client = browser("coordinator")
    response = client.get(f"/cases/{case.number}/")
    assert response.status_code == 200
    assert response.context["actions"] == []
    put = {"title": "x", "kind": "other", "file": SimpleUploadedFile("a.pdf", a_pdf())}
    assert client.post(f"/cases/{case.number}/records/add/", put).status_code == 409


def test_the_stage_strip_tells_what_was_passed():
    case = put_in_state(make_case(), "received")
    client = browser("coordinator")
    client.post(f"/cases/{case.number}/act/open/")
    steps = client.get(f"/cases/{case.number}/").context["stages"]
    assert [(step["label"], step["state"]) for step in steps[:3]] == [
        ("Received", "passed"), ("Eligibility check", "present"), ("Collecting records", "next"),
    ]  # fmt: skip


def test_nothing_moves_a_past_determination():
    case = take_in_past(row=exchange_row(case_number="CM13-0000001"), actor=COORDINATOR, now=NOW)
    page = browser("coordinator").post(f"/cases/{case.number}/act/remand/", {"note": "The court remanded it."})
    case.refresh_from_db()
    assert (page.status_code, case.state) == (422, "closed")


@pytest.mark.parametrize(
    "address", ["/cases/x%00/", "/letters/?q=%00", "/reviews/panel/?q=a%00", "/reviews/quality/%00/", "/people/?q=%00"]
)
def test_an_address_with_the_nul_character_is_refused_in_words(address):
    page = browser("coordinator", "administrator", "quality_reviewer").get(address)
    assert page.status_code == 400
    assert "NUL" in page.content.decode()


def test_a_search_leaves_the_nul_character_out():
    assert browser("coordinator").post("/cases/search/", {"q": "a\x00b"}).status_code == 200


def test_a_record_whose_file_is_gone_is_told(settings, tmp_path):
    case = make_case()
    filed = attach_document(
        case=case, content=a_pdf(), title="Report", kind="medical_report", actor=COORDINATOR, now=NOW
    )
    settings.MEDIA_ROOT = tmp_path
    page = browser("coordinator").get(f"/cases/{case.number}/records/{filed.pk}/")
    assert page.status_code == 409
    assert "restored" in page.content.decode()


def test_a_range_of_thousands_of_digits_is_no_range():
    assert byte_range(f"bytes={'9' * 5000}-", 10) == (0, 9)
