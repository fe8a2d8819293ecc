"""Pages of credential files, waivers and the profile: who may, what a POST does, how many statements a list takes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AccessLog
from common.actor import Actor
from reviews.models import AuditFinding, CredentialCheck, ProfileChange, Waiver
from reviews.services.gate import ask_gate
from reviews.services.self_audit import audit_panel
from reviews.services.waivers import ask_waiver, finding_key
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import NOW, a_pdf, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
PAST = {
    "affiliations": [
        {"organization": "Golden Claims Services", "role": "contractor", "to_date": TODAY - dt.timedelta(days=9)}
    ]
}


@pytest.fixture
def _clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def asked(case, reviewer, who):
    finding = next(
        one
        for one in ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings
        if one.rule == "conflict.employment"
    )
    return ask_waiver(
        case=case, reviewer=reviewer, finding=finding_key(finding), reason="A short contract.", actor=Actor.of(who),
        now=NOW,
    )  # fmt: skip


def test_a_waiver_is_asked_for_on_the_candidates_page_and_decided_by_another():
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    first, second = make_person("coordinator"), make_person("medical_director")
    browser = signed_in(first)
    page = browser.get(reverse("reviews:candidates", args=[case.number])).content.decode()
    finding = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings[0]
    url = reverse("reviews:ask_waiver", args=[case.number, reviewer.pk, finding_key(finding)])
    assert url in page
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": ""}).status_code == 422
    assert browser.post(url, {"reason": "A short contract."}).status_code == 302
    decide = reverse("reviews:decide_waiver", args=[Waiver.objects.get().pk])
    assert browser.post(decide, {"granted": "yes", "reason": "Fine."}).status_code == 422  # who asked does not decide
    assert Waiver.objects.get().granted is None
    other = signed_in(second)
    assert other.post(decide, {"granted": "yes", "reason": "Fine."}).status_code == 302
    assert ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible
    take_back = reverse("reviews:withdraw_waiver", args=[Waiver.objects.get().pk])
    assert other.post(take_back, {"reason": "A mistake."}).status_code == 302
    assert not ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible
    assert AccessLog.objects.filter(target_key=case.number, detail="waiver").exists()


def test_a_hard_finding_has_no_link_and_a_direct_request_is_refused():
    case = make_case(state="ready")
    reviewer = make_reviewer(affiliations=[{"organization": "Golden Claims Services", "role": "employee"}])
    browser = signed_in(make_person("coordinator"))
    assert "Ask for a waiver" not in browser.get(reverse("reviews:candidates", args=[case.number])).content.decode()
    finding = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings[0]
    url = reverse("reviews:ask_waiver", args=[case.number, reviewer.pk, finding_key(finding)])
    answer = browser.post(url, {"reason": "Please."})
    assert answer.status_code == 422
    assert "can never be waived" in answer.content.decode()
    assert not Waiver.objects.exists()


def test_a_check_is_sent_with_its_paper_and_the_paper_is_opened_with_a_line_in_the_log():
    reviewer = make_reviewer()
    browser = signed_in(make_person("coordinator"))
    url = reverse("reviews:check_credential", args=[reviewer.pk, "license", reviewer.licenses.get().pk])
    assert browser.get(url).status_code == 200
    sent = {
        "confirmed": "yes", "status": "active", "expires_on": "6/30/2028", "checked_on": "Nov 20, 2026",
        "source": "Medical board", "note": "",
    }  # fmt: skip
    assert browser.post(url, sent).status_code == 422  # no paper
    paper = SimpleUploadedFile("board.pdf", a_pdf(), content_type="application/pdf")
    assert browser.post(url, {**sent, "document": paper}).status_code == 302
    check = CredentialCheck.objects.get(from_file=False)
    answer = browser.get(reverse("reviews:paper", args=["check", check.pk]))
    assert b"".join(answer.streaming_content) == a_pdf()
    assert AccessLog.objects.filter(act="downloaded", detail=f"check {check.pk}").exists()
    assert browser.get(reverse("reviews:paper", args=["nothing", 1])).status_code == 404


def test_the_roster_comes_as_csv_and_the_sample_as_a_zip_with_a_line_in_the_log():
    make_reviewer(last_name="=cmd()")
    browser = signed_in(make_person("auditor"))
    text = b"".join(browser.get(reverse("reviews:roster_csv")).streaming_content).decode()
    assert text.startswith("Reviewer id,Name")
    answer = browser.post(reverse("reviews:credential_files"), {"seed": "12"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "index.csv" in archive.namelist()
    assert AccessLog.objects.filter(act="exported", detail="1 files, seed 12").exists()


def test_the_findings_page_lists_findings_stopped_work_and_proposals():
    assignment, actor = make_offer(reviewer=make_reviewer(user=make_person("reviewer")))
    accept_offer(assignment, actor)
    assignment.reviewer.licenses.update(status="restricted")
    audit_panel(now=NOW)
    page = signed_in(make_person("coordinator")).get(reverse("reviews:findings")).content.decode()
    assert assignment.case.number in page
    assert "Take the reviewer off" in page
    assert "The CA licence is restricted." in page


def test_a_reviewer_keeps_the_profile_by_its_pages_and_proposes_a_licence():
    user = make_person("reviewer")
    reviewer = make_reviewer(user=user)
    browser = signed_in(user)
    posts = [
        ("profile_away", [], {"since": "12/20/2026", "until": "1/3/2027"}),
        ("profile_capacity", [], {"per_week": "3", "open_cases": "4"}),
        ("profile_declare", ["affiliation"], {"organization": "Acme", "role": "owner", "income_share_percent": "3"}),
        ("profile_declare", ["address"], {"line1": "1 Main St", "zip": "93701"}),
        ("profile_attest", [], {"complete": "on", "signed_name": f"{reviewer.first_name} {reviewer.last_name}"}),
        ("profile_propose", ["license", 0], {"state": "NV", "number": "N1", "expires_on": "6/30/2029", "note": ""}),
        ("profile_adverse", [], {"what": "claim", "happened_on": "Nov 1, 2026", "text": "A claim."}),
    ]
    for name, args, sent in posts:
        url = reverse(f"reviews:{name}", args=args)
        assert browser.get(url).status_code == 200, name
        answer = browser.post(url, sent)
        assert answer.status_code == 302, (name, answer.content)
    tie = reviewer.affiliations.get()
    assert browser.post(reverse("reviews:profile_end", args=["affiliation", tie.pk]), {"until": "11/1/2026"}).url
    away = reviewer.away_periods.get()
    assert browser.post(reverse("reviews:profile_remove_away", args=[away.pk])).status_code == 302
    page = browser.get(reverse("reviews:profile")).content.decode()
    assert "NV N1" in page
    staff = signed_in(make_person("coordinator"))
    change = ProfileChange.objects.get()
    url = reverse("reviews:proposal", args=[change.pk])
    assert staff.get(url).status_code == 200
    assert staff.post(reverse("reviews:refuse_proposal", args=[change.pk]), {"reason": "Unknown."}).status_code == 302
    settle = reverse("reviews:settle_adverse", args=[reviewer.adverse_changes.get().pk])
    assert staff.post(settle, {"action": "Dismissed."}).status_code == 302
    for name, sent in (
        ("training", {"what": "law", "done_on": "11/1/2026", "text": "Course"}),
        ("sanction", {"text": "Late fee", "material": "no"}),
        ("exclude", {"name": "Golden Claims Services", "reason": "They asked for it."}),
        ("adverse", {"what": "other", "happened_on": "11/1/2026", "text": "Heard"}),
        ("active", {"reason": "Left."}),
    ):
        url = reverse(f"reviews:{name}", args=[reviewer.pk])
        assert staff.get(url).status_code == 200
        assert staff.post(url, sent).status_code == 302, name
    findings = ask_gate(case=make_case(state="ready"), reviewer=reviewer, on=TODAY, door="list").findings
    assert "conflict.exclusion_list" in [finding.rule for finding in findings]


def test_an_account_without_a_roster_entry_is_told_so_and_nobody_ends_anothers_interest():
    alone = signed_in(make_person("reviewer"))
    assert alone.get(reverse("reviews:profile")).status_code == 409
    user, other = make_person("reviewer"), make_reviewer(**PAST)
    make_reviewer(user=user)
    tie = other.affiliations.get()
    other.affiliations.update(to_date=None)
    url = reverse("reviews:profile_end", args=["affiliation", tie.pk])
    assert signed_in(user).post(url, {"until": "11/1/2026"}).status_code == 404


WAIVERS, FINDINGS, PROFILE = 10, 14, 25


@pytest.mark.parametrize("number", [1, 3, 30])
def test_lists_take_a_constant_number_of_statements(number, django_assert_num_queries):
    user, who = make_person("reviewer"), make_person("coordinator")
    own = make_reviewer(user=user)
    for place in range(number):
        case, reviewer = make_case(state="ready"), make_reviewer(**PAST, licenses=[{"verified_on": None}])
        asked(case, reviewer, who)
        own.exclusions.create(name=f"House {place}", key=f"house {place}")
        own.licenses.create(state="NV", number=str(place), status="active", expires_on=TODAY)
    audit_panel(now=NOW)
    assert AuditFinding.objects.count() == number
    for browser, name, count in (
        (signed_in(make_person("coordinator")), "waivers", WAIVERS),
        (signed_in(make_person("coordinator")), "findings", FINDINGS),
        (signed_in(user), "profile", PROFILE),
    ):
        browser.get(reverse(f"reviews:{name}"))
        with django_assert_num_queries(count):
            assert browser.get(reverse(f"reviews:{name}")).status_code == 200
