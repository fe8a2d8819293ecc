"""What may happen to a case around its eligibility: questions, findings, cures, appeals, deferral, undoing."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from cases.models import Case, CasePair, EligibilityDecision, EligibilityQuestion
from cases.services import deadlines
from cases.services import eligibility_decisions as decisions
from cases.services.eligibility import findings
from cases.services.eligibility_questions import answer, ask, take_back_question
from cases.services.workflow import move
from cases.workflow import Event
from common.errors import InputRefusal, Refusal, RuleRefusal, StateRefusal
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, make_case

UNSIGNED = {"application": {"signed": False}}
#: Served Oct 21 by mail within California: 30 days and 5 for the mail.
LAST_DAY = dt.date(2026, 11, 25)


def unsigned_and_ineligible() -> Case:
    case = make_case(state="eligibility", **UNSIGNED)
    return decisions.find_ineligible(case=case, reasons=["unsigned"], actor=COORDINATOR, now=NOW)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(18), tzinfo=dt.UTC)


def asked(case: Case, **facts) -> EligibilityQuestion:
    usual = {"party": None, "reason": "unsigned", "question": "Who signed the form?", "actor": COORDINATOR, "now": NOW}
    return ask(case=case, **{**usual, **facts})


@pytest.mark.django_db
def test_a_finding_that_the_facts_contradict_is_refused():
    case = make_case(state="eligibility")
    with pytest.raises(RuleRefusal, match="facts on file say otherwise"):
        decisions.find_ineligible(case=case, reasons=["unsigned"], actor=COORDINATOR, now=NOW)
    assert not case.eligibility_decisions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "way"), [("liability_disputed", "Defer"), ("duplicate", "Join"), ("authorized", "Terminate")]
)
def test_a_reason_that_leads_elsewhere_names_its_way(reason, way):
    with pytest.raises(InputRefusal, match=way):
        decisions.find_ineligible(case=make_case(state="eligibility"), reasons=[reason], actor=COORDINATOR, now=NOW)


@pytest.mark.django_db
def test_a_finding_is_a_row_with_its_reasons_and_the_last_day_for_a_cure():
    case = unsigned_and_ineligible()
    row = case.eligibility_decisions.get()
    assert (row.outcome, row.reasons, row.cure_until) == ("ineligible", ["unsigned"], LAST_DAY)
    assert "5 days more" in row.cure_because
    assert "Nov 25, 2026" in case.events.get(kind="moved.find_ineligible").sentence


@pytest.mark.django_db
def test_a_cure_after_the_window_is_refused_with_its_date_and_rule():
    case = unsigned_and_ineligible()
    with pytest.raises(RuleRefusal, match=r"Nov 25, 2026 \(9792.10.1\(b\)\(1\)\)"):
        decisions.cure(
            case=case, codes=["unsigned"], received_on=LAST_DAY + dt.timedelta(1), actor=COORDINATOR,
            now=at(dt.date(2026, 12, 1)),
        )  # fmt: skip
    case.refresh_from_db()
    assert (case.state, case.application.signed) == ("ineligible", False)


@pytest.mark.django_db
def test_a_cure_on_the_last_day_opens_the_case_and_it_is_found_eligible():
    case = unsigned_and_ineligible()
    with pytest.raises(InputRefusal, match="still stands"):
        decisions.cure(case=case, codes=[], received_on=LAST_DAY, actor=COORDINATOR, now=at(LAST_DAY))
    case = decisions.cure(case=case, codes=["unsigned"], received_on=LAST_DAY, actor=COORDINATOR, now=at(LAST_DAY))
    row = case.eligibility_decisions.get()
    assert (case.state, row.ended_by, row.ended_on) == ("eligibility", "cured", LAST_DAY)
    moved = move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=at(LAST_DAY))
    assert (moved.state, decisions.standing_decision(moved).outcome) == ("records", "eligible")


@pytest.mark.django_db
def test_what_nothing_cures_opens_again_by_appeal_only():
    served = {"served_date": "2026-09-24", "decision_date": "2026-09-24", "rfa_date": None}
    case = make_case(state="eligibility", utilization_review=served)
    case = decisions.find_ineligible(case=case, reasons=["late"], actor=COORDINATOR, now=NOW)
    assert case.eligibility_decisions.get().cure_until is None
    with pytest.raises(RuleRefusal, match="Only an appeal"):
        decisions.cure(case=case, codes=["late"], received_on=NOW.date(), actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="cannot be granted before"):
        decisions.grant_appeal(
            case=case, granted_on=dt.date(2026, 11, 1), granted_by="WCAB", actor=COORDINATOR, now=NOW
        )
    case = decisions.grant_appeal(case=case, granted_on=NOW.date(), granted_by="WCAB", actor=COORDINATOR, now=NOW)
    late = next(line for line in findings(case) if line.code == "late")
    assert (late.standing, "appeal against this finding was granted" in late.evidence) == ("met", True)
    assert move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW).state == "records"


@pytest.mark.django_db
def test_resolved_liability_opens_a_fresh_window():
    case = make_case(state="eligibility", application={"liability_disputed": True})
    case = decisions.defer(
        case=case, said_by="Insurer", dispute="Left knee is not accepted", on=NOW.date(), actor=COORDINATOR, now=NOW
    )
    assert (case.state, decisions.standing_decision(case).outcome) == ("deferred", "deferred")
    later = at(dt.date(2027, 3, 2))
    with pytest.raises(InputRefusal, match="in the future"):
        decisions.resolve_liability(
            case=case, how="Accepted", served_on=dt.date(2027, 3, 3), service="electronic", actor=COORDINATOR, now=later
        )
    case = decisions.resolve_liability(
        case=case, how="Accepted", served_on=dt.date(2027, 3, 1), service="electronic", actor=COORDINATOR, now=later
    )
    case = Case.objects.with_facts().get(pk=case.pk)
    lines = {line.code: line for line in findings(case)}
    assert (lines["liability_disputed"].standing, lines["late"].source) == ("met", "LC 4610.5(h)(2)")
    assert "Mar 31, 2027" not in lines["late"].evidence  # a holiday: the day after it
    assert "Apr 1, 2027" in lines["late"].evidence


@pytest.mark.django_db
def test_a_finding_made_by_mistake_is_taken_back_until_somebody_was_told(monkeypatch):
    case = unsigned_and_ineligible()
    monkeypatch.setattr(decisions, "_TOLD", [lambda _case: "The notice was served on Nov 20, 2026."])
    with pytest.raises(StateRefusal, match="was served"):
        decisions.take_back(case=case, actor=COORDINATOR, now=NOW)
    monkeypatch.setattr(decisions, "_TOLD", [])
    case = decisions.take_back(case=case, actor=COORDINATOR, now=NOW)
    assert (case.state, case.eligibility_decisions.get().ended_by) == ("eligibility", "taken_back")


@pytest.mark.django_db
def test_an_eligible_finding_taken_back_loses_its_date_of_assignment(monkeypatch):
    monkeypatch.setattr(decisions, "_TOLD", [])
    case = move(case=make_case(state="eligibility"), event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    case = decisions.take_back(case=case, actor=COORDINATOR, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.assigned_on) == ("eligibility", None)


@pytest.mark.django_db
def test_a_question_needs_a_party_of_the_case_a_known_code_and_words():
    case, other = make_case(state="eligibility"), make_case()
    with pytest.raises(InputRefusal) as caught:
        asked(case, party=other.parties.first(), reason="weather", question=" ")
    assert set(caught.value.fields) == {"party", "reason", "question"}


@pytest.mark.django_db
def test_a_question_is_due_in_five_business_days_and_asked_once():
    case = make_case(state="eligibility", **UNSIGNED)
    question = asked(case)
    # Thanksgiving (Nov 26) does not count, the Friday after it does.
    assert (question.due_on, question.asked_of) == (dt.date(2026, 12, 1), "Injured worker")
    assert "Thanksgiving" in question.due_because
    with pytest.raises(InputRefusal, match="asked about it already"):
        asked(case)
    take_back_question(question=question, actor=COORDINATOR, now=NOW)
    assert asked(case).is_open


@pytest.mark.django_db
def test_silence_counts_only_after_the_last_day_and_only_once_the_question_is_served():
    case = make_case(state="eligibility", **UNSIGNED)
    question = asked(case)
    question.refresh_from_db()
    with pytest.raises(RuleRefusal, match="past its last day"):
        decisions.find_ineligible(case=case, reasons=["no_response"], actor=COORDINATOR, now=at(dt.date(2027, 1, 4)))
    deadlines.start(
        case=case, clock="eligibility_answer", trigger=NOW.date(), about=question.notice.reference, actor=COORDINATOR,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(RuleRefusal, match="past its last day"):
        decisions.find_ineligible(case=case, reasons=["no_response"], actor=COORDINATOR, now=at(dt.date(2026, 12, 1)))
    ended = decisions.find_ineligible(
        case=case, reasons=["no_response"], actor=COORDINATOR, now=at(dt.date(2026, 12, 2))
    )
    assert ended.state == "ineligible"


@pytest.mark.django_db
def test_an_answer_settles_the_fact_it_is_about_or_nothing_is_kept():
    case = make_case(state="eligibility", **UNSIGNED)
    question = asked(case)
    with pytest.raises(InputRefusal):
        answer(
            question=question, text="She signed", answered_on=NOW.date(), changes={"application.colour": True},
            actor=COORDINATOR, now=NOW,
        )  # fmt: skip
    question.refresh_from_db()
    assert question.is_open
    answer(
        question=question, text="She signed", answered_on=NOW.date(), changes={"application.signed": True},
        actor=COORDINATOR, now=NOW,
    )  # fmt: skip
    case = Case.objects.with_facts().get(pk=case.pk)
    assert (case.application.signed, case.eligibility_questions.get().is_open) == (True, False)
    with pytest.raises(StateRefusal, match="not open"):
        answer(question=question, text="x", answered_on=NOW.date(), changes={}, actor=COORDINATOR, now=NOW)


@pytest.mark.django_db
def test_a_certain_duplicate_is_not_found_eligible_a_likely_one_is_shown():
    earlier, case = make_case(), make_case(state="eligibility")
    CasePair.objects.all().delete()
    pair = CasePair.objects.create(earlier=earlier, later=case, kind="certain", score=100, found_at=NOW)
    with pytest.raises(RuleRefusal, match=earlier.number):
        move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    CasePair.objects.filter(pk=pair.pk).update(kind="likely")
    line = next(line for line in findings(case) if line.code == "duplicate")
    assert (line.standing, earlier.number in line.evidence) == ("unknown", True)
    assert move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW).state == "records"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_that_it_is_decided():
    case = make_case(state="eligibility", **UNSIGNED)
    start, said = threading.Barrier(2), []

    def decide() -> None:
        try:
            start.wait(10)
            decisions.find_ineligible(case=case, reasons=["unsigned"], actor=COORDINATOR, now=NOW)
            said.append("done")
        except Refusal as refusal:
            said.append(refusal.rule)
        finally:
            connection.close()

    people = [threading.Thread(target=decide) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert sorted(said) == ["done", "workflow.state"]
    assert EligibilityDecision.objects.filter(case=case).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["ask", "find_ineligible", "defer", "withdraw", "terminate", "expedite"])
def test_every_act_says_what_follows_before_it_is_done(event):
    case = make_case(state="eligibility")
    page = browser("coordinator").get(f"/cases/{case.number}/act/{event}/")
    assert page.status_code == 200
    assert any("Notice “" in sentence for sentence in page.context["follows"])


@pytest.mark.django_db
def test_the_page_shows_each_line_with_its_evidence_and_where_to_correct_it():
    case = make_case(state="eligibility", **UNSIGNED)
    page = browser("coordinator").get(f"/cases/{case.number}/eligibility/").content.decode()
    assert "How the last day was worked out" in page
    assert f"/cases/{case.number}/correct/#part-" in page
    assert "Utilization review decision (listed, not here)" in page
    assert browser("auditor").get(f"/cases/{case.number}/eligibility/").status_code == 200


@pytest.mark.django_db
def test_an_answer_is_shown_with_what_changes_before_it_is_kept():
    case, client = make_case(state="eligibility", **UNSIGNED), browser("coordinator")
    client.post(f"/cases/{case.number}/act/ask/", {"party": "worker", "reason": "unsigned", "question": "Who signed?"})
    question = case.eligibility_questions.get()
    path = f"/cases/{case.number}/questions/{question.pk}/answer/"
    day = question.asked_on.isoformat()
    typed = {"answered_on": day, "text": "Here it is, signed.", "document": "", "application.signed": "yes"}
    shown = client.post(path, typed)
    assert "turns from not met to met" in shown.content.decode()
    question.refresh_from_db()
    assert question.is_open
    assert client.post(path, {**typed, "seen": shown.context["said"]}).status_code == 302
    case.refresh_from_db()
    assert case.application.signed is True
