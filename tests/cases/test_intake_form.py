from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from cases.models import Case
from common.models import StoredFile
from tests.accounts.people import make_person, signed_in
from tests.cases.pages import browser, intake_post
from tests.factories.cases import a_pdf

pytestmark = pytest.mark.django_db


def test_the_form_is_for_those_who_take_in():
    for role in ("auditor", "reviewer", "medical_director"):
        client = browser(role)
        assert client.get("/cases/new/").status_code == 403
        assert client.post("/cases/new/", intake_post()).status_code == 403
    assert not Case.objects.exists()


def test_the_form_opens_with_its_sections():
    content = browser("coordinator").get("/cases/new/").content.decode()
    for name in (
        "Application",
        "Worker",
        "Claim",
        "Utilization review",
        "Diagnoses",
        "Disputed items",
        "Parties",
        "Records",
    ):
        assert f"<legend>{name}</legend>" in content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"worker-last_name": ""}, "Fill this in."),
        ({"claim-injury_date": "yesterday"}, "“yesterday” is not a date"),
        ({"items-0-service": ""}, "Fill this in."),
        ({"utilization_review-decision_date": "2/2/2024"}, "cannot lie before"),
        ({"worker-birth_date": "2/4/2025"}, "must lie before the date of injury"),
        ({"worker-first_name": "Ana 🦵"}, "cannot print"),
        ({"worker-first_name": "A" * 101}, "at most 100 characters"),
        ({"items-0-depends_on": "1"}, "cannot depend on itself"),
        ({"items-0-depends_on": "7"}, "there is no item"),
        ({"parties-0-email": "nobody"}, "is no e-mail address"),
        ({"application-received_on": "1/1/2027"}, "lies in the future"),
        ({"items-0-side": "up"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(change, says):
    typed = intake_post(**change)
    response = browser("coordinator").post("/cases/new/", typed)
    content = response.content.decode()
    assert response.status_code == 422
    assert says.lower() in content.lower()
    assert 'role="alert"' in content
    for name in (
        "worker-last_name",
        "claim-claim_number",
        "items-0-service",
        "parties-0-organization",
        "documents-0-title",
    ):
        assert escape(str(typed[name])) in content
    for name in ("application-received_on", "worker-birth_date", "claim-injury_date"):
        assert f'name="{name}" value="{typed[name]}"' in content
    assert not Case.objects.exists()


def test_a_complete_form_becomes_a_case():
    client = browser("coordinator")
    response = client.post("/cases/new/", intake_post(**{"worker-email": "ana@example.org"}))
    case = Case.objects.get()
    assert response["Location"] == case.get_absolute_url()
    assert (case.worker.last_name, str(case.claim.injury_date), case.state) == ("Quiñones", "2025-02-03", "received")
    assert (case.parties.count(), case.application.signed, str(case.application.received_on)) == (1, True, "2026-11-02")
    assert case.events.get().actor_name


def test_the_same_form_sent_twice_is_one_case():
    client = browser("coordinator")
    client.post("/cases/new/", intake_post())
    response = client.post("/cases/new/", intake_post())
    assert (response.status_code, Case.objects.count()) == (422, 1)
    assert Case.objects.get().number in response.content.decode()


def test_htmx_is_led_to_the_case():
    response = browser("coordinator").post("/cases/new/", intake_post(), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == Case.objects.get().get_absolute_url()


def test_rows_are_added_removed_and_put_back_without_judging():
    client = browser("coordinator")
    typed = intake_post(**{"worker-last_name": ""})
    more = client.post("/cases/new/", {**typed, "add": "items"})
    assert (more.status_code, b"Item 2" in more.content, b"Fill this in" in more.content) == (200, True, False)
    assert b"is required" not in more.content
    cited = client.post("/cases/new/", {**typed, "add": "items-0-citations"})
    assert 'name="items-0-citations-0-publication"' in cited.content.decode()
    removed = client.post("/cases/new/", {**typed, "remove": "diagnoses-0"}).content.decode()
    assert "Diagnosis 1 is removed." in removed
    assert 'value="Lumbar strain"' in removed
    back = client.post("/cases/new/", {**typed, "diagnoses-0-DELETE": "on", "restore": "diagnoses-0"}).content.decode()
    assert "Diagnosis 1 is removed." not in back


def test_a_removed_row_is_not_taken_in_and_numbers_stay():
    items = {
        "items-TOTAL_FORMS": 3, "items-0-service": "Gone", "items-0-DELETE": "on", "items-1-service": "Operation",
        "items-2-service": "Assistant surgeon", "items-2-depends_on": "2",
        **{f"items-{n}-citations-{key}": 0 for n in (1, 2) for key in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }  # fmt: skip
    browser("coordinator").post("/cases/new/", intake_post(**items))
    first, second = Case.objects.get().items.all()
    assert (first.service, second.service, second.depends_on) == ("Operation", "Assistant surgeon", first)


def test_citations_of_the_administrator_are_taken_in():
    cited = {
        "items-0-citations-TOTAL_FORMS": 1, "items-0-citations-0-basis": "MTUS", "items-0-citations-0-year": "2016",
        "items-0-citations-0-publication": "Chronic Pain Medical Treatment",
        "items-0-citations-0-sections": "Physical medicine, active\r\nExercise", "items-0-citations-0-pages": "98-99",
    }  # fmt: skip
    browser("coordinator").post("/cases/new/", intake_post(**cited))
    citation = Case.objects.get().items.get().administrator_citations.get()
    assert (citation.sections, citation.year, citation.pages) == (
        ["Physical medicine, active", "Exercise"],
        2016,
        "98-99",
    )


def test_a_file_that_is_no_pdf_is_said_beside_its_row():
    bad = {"documents-0-file": SimpleUploadedFile("scan.pdf", b"GIF89a")}
    response = browser("coordinator").post("/cases/new/", intake_post(**bad))
    assert response.status_code == 422
    assert "“scan.pdf” is no PDF" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_a_file_sent_once_is_kept_while_the_rest_is_corrected():
    client = browser("coordinator")
    wrong = intake_post(**{"worker-last_name": "", "documents-0-file": SimpleUploadedFile("scan.pdf", a_pdf(4))})
    response = client.post("/cases/new/", wrong)
    assert "scan.pdf, 4 pages, is kept" in response.content.decode()
    kept = response.context["intake"].repeated["documents"].forms[0].data["documents-0-kept"]
    client.post("/cases/new/", intake_post(**{"documents-0-kept": kept}))
    document = Case.objects.get().documents.get()
    assert (document.pages, document.file) == (4, StoredFile.objects.get())


@pytest.mark.parametrize("forged", [False, True])
def test_a_file_that_is_not_kept_for_this_person_is_asked_for_again(forged):
    first, second = (signed_in(make_person("coordinator")) for _ in range(2))
    sent = intake_post(**{"worker-last_name": "", "documents-0-file": SimpleUploadedFile("scan.pdf", a_pdf())})
    kept = first.post("/cases/new/", sent).context["intake"].repeated["documents"].forms[0].data["documents-0-kept"]
    answer = second.post("/cases/new/", intake_post(**{"documents-0-kept": "forged" if forged else kept}))
    assert answer.status_code == 422
    assert "is not kept any longer" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("rows", ["²", "9" * 5000, "-1", ""])
def test_a_row_is_not_added_to_a_number_of_rows_that_is_none(rows):
    page = browser("coordinator").post("/cases/new/", intake_post(add="parties", **{"parties-TOTAL_FORMS": rows}))
    assert page.status_code == 200
