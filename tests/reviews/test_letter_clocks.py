"""What service of the determination starts: the petition, the authorization, the reimbursement."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from cases.models import Case, Deadline
from cases.services import deadlines
from cases.services.rail import possible_events
from cases.services.serving_letter import serve_letter
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.services import quality
from reviews.services.review import submit
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, an_item, make_case
from tests.factories.reviews import fill_in, hold_case, make_user

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=7)  # Nov 30
SERVED = dt.date(2026, 11, 24)
BY_MAIL = {"claims_administrator": "mail_ca", "worker": "mail_ca"}


def decided(*items: dict, decision: str = "overturned") -> Case:
    """A determined case, its letter sealed."""
    load_own_wording(now=NOW)
    case, actor = hold_case(items=list(items))
    review = fill_in(case=case, actor=actor, decision=decision)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    quality.approve(case=case, actor=Actor.of(make_user("quality_reviewer")), now=NOW)
    with time_machine.travel(NOW):
        seal_letter(letter_id=Letter.objects.get(key=case.number).pk, now=NOW)
    case.refresh_from_db()
    assert case.state == "determined"
    return case


def serve(case: Case, on: dt.date = SERVED, **ways: str) -> Case:
    return serve_letter(case=case, served_on=on, ways={**BY_MAIL, **ways}, actor=COORDINATOR, now=LATER)


def started(case: Case) -> dict[str, Deadline]:
    return {one.clock: one for one in case.deadlines.open()}


def test_a_letter_is_not_served_before_its_approval_in_the_future_or_by_an_unknown_way():
    case = decided(an_item("MRI of the lumbar spine"))
    for on, said in ((dt.date(2026, 11, 22), "approved on Nov 23, 2026"), (dt.date(2026, 12, 1), "in the future")):
        with pytest.raises(InputRefusal, match=said) as caught:
            serve(case, on)
        assert set(caught.value.fields) == {"served_on"}
    with pytest.raises(InputRefusal, match="pigeon"):
        serve(case, worker="pigeon")
    with pytest.raises(RightRefusal):
        serve_letter(case=case, served_on=SERVED, ways=BY_MAIL, actor=Actor.of(make_user("auditor")), now=LATER)
    case.refresh_from_db()
    assert (case.state, case.deadlines.exclude(clock__startswith="determination").count()) == ("determined", 0)


def test_mailed_the_letter_starts_the_petition_and_counts_as_received_for_what_must_be_done():
    case = serve(decided(an_item("MRI of the lumbar spine"), an_item("Back brace", retrospective=True)))
    found = started(case)
    assert {key: one.due_on.isoformat() for key, one in found.items()} == {
        "appeal": "2026-12-29",  # 30 days and 5 for mail in California [Matute]
        "authorize": "2026-12-04",  # received on Nov 29, then five working days
        "reimburse": "2026-12-21",  # received on Nov 29; 20 days end on Saturday, Dec 19
    }
    assert (
        "Served on Tue, Nov 24, 2026 by mail within California: without a receipt on file it counts as received 5 days "
        "later, on Sun, Nov 29, 2026 (9792.10.1(b)(1); CCP 1013(a))."
    ) in found["authorize"].derivation
    assert case.events.get(kind="moved.serve").sentence.startswith(
        "Letter served on Nov 24, 2026 (claims administrator"
    )


def test_sent_electronically_it_is_received_at_once_and_each_party_has_its_own_way():
    case = serve(decided(an_item("MRI of the lumbar spine")), claims_administrator="electronic", worker="mail_us")
    assert {key: one.due_on.isoformat() for key, one in started(case).items()} == {
        "authorize": "2026-12-02",  # over Thanksgiving; the Friday after it is no statutory holiday
        "appeal": "2027-01-04",  # 40 days end on Sunday, Jan 3
    }


@pytest.mark.parametrize(
    ("retrospective", "decision", "clocks"),
    [
        (False, "upheld", {"appeal"}),
        (False, "overturned", {"appeal", "authorize"}),
        (True, "overturned", {"appeal", "reimburse"}),
    ],
)
def test_only_what_the_letter_overturned_is_authorized_or_reimbursed(retrospective, decision, clocks):
    case = serve(decided(an_item("Back brace", retrospective=retrospective), decision=decision))
    assert set(started(case)) == clocks


def test_a_receipt_on_file_counts_instead_of_the_presumed_one():
    case = serve(decided(an_item("MRI of the lumbar spine")))
    clock = started(case)["authorize"]
    for at, proof, named in (
        (dt.date(2026, 11, 23), "Return receipt", "at"),
        (dt.date(2026, 12, 2), "Return receipt", "at"),
        (dt.date(2026, 11, 25), " ", "proof"),
    ):
        with pytest.raises(InputRefusal) as caught:
            deadlines.received(deadline=clock, at=at, proof=proof, actor=COORDINATOR, now=LATER)
        assert set(caught.value.fields) == {named}
    with pytest.raises(RuleRefusal, match="No receipt moves it"):
        deadlines.received(
            deadline=started(case)["appeal"], at=SERVED, proof="Return receipt", actor=COORDINATOR, now=LATER
        )
    moved = deadlines.received(
        deadline=clock, at=dt.date(2026, 11, 25), proof="Return receipt, record 9", actor=COORDINATOR, now=LATER
    )
    assert moved.due_on == dt.date(2026, 12, 3)
    assert "Receipt on file, of a paper served on Tue, Nov 24, 2026: Return receipt, record 9." in moved.derivation
    assert deadlines.recompute(case=case, because="Again", actor=COORDINATOR, now=LATER) == []
    assert list(moved.events.values_list("kind", "due_before", "due_after"))[-1] == (
        "moved",
        "2026-12-04",
        "2026-12-03",
    )


def test_what_the_letter_asked_for_is_noted_as_done_and_nothing_else_is():
    case = serve(decided(an_item("MRI of the lumbar spine")))
    clock = started(case)["authorize"]
    with pytest.raises(InputRefusal, match="nothing was owed"):
        deadlines.note_done(deadline=clock, on=dt.date(2026, 11, 23), shown_by="Fax", actor=COORDINATOR, now=LATER)
    with pytest.raises(InputRefusal, match="what shows it"):
        deadlines.note_done(deadline=clock, on=SERVED, shown_by=" ", actor=COORDINATOR, now=LATER)
    done = deadlines.note_done(deadline=clock, on=SERVED, shown_by="Fax in record 9", actor=COORDINATOR, now=LATER)
    assert (done.late(LATER), "authorize" in started(case)) == (False, False)
    served = next(one for one in possible_events(case=case, actor=COORDINATOR) if one.event == Event.CLOSE)
    assert served.note == "Still running, and ended by closing: Petition to the WCAB, due Dec 29, 2026."
    with pytest.raises(StateRefusal, match="is closed"):
        deadlines.note_done(deadline=clock, on=SERVED, shown_by="Fax", actor=COORDINATOR, now=LATER)
    ready = make_case(state="ready")
    other = deadlines.start(case=ready, clock="determination", trigger=SERVED, actor=COORDINATOR, now=LATER)
    with pytest.raises(RuleRefusal, match="not by a note"):
        deadlines.note_done(deadline=other, on=SERVED, shown_by="Fax", actor=COORDINATOR, now=LATER)


def test_the_page_asks_how_it_was_served_and_the_deadlines_tab_goes_on_from_there():
    case = decided(an_item("MRI of the lumbar spine"))
    path = f"/cases/{case.number}/act/serve/"
    with time_machine.travel(LATER):
        client = browser("coordinator")
        asked = client.get(path).content.decode()
        assert "How the claims administrator was served" in asked
        assert "authorize" in asked
        typed = {"served_on": "11/22/2026", "administrator_by": "electronic", "worker_by": "mail_ca"}
        refused = client.post(path, typed)
        assert (refused.status_code, "approved on Nov 23, 2026" in refused.content.decode()) == (422, True)
        client.post(path, {**typed, "served_on": "11/24/2026", "administrator_by": "mail_ca"})
        tab = client.get(f"/cases/{case.number}/deadlines/").content.decode()
        assert tab.count("It was done") == 2
        assert tab.count("Receipt on file") == 1
        clock = started(case)["authorize"]
        answer = client.post(
            f"/cases/{case.number}/deadlines/{clock.pk}/received/", {"on": "11/25/2026", "proof": "Return receipt"}
        )
        assert answer.status_code == 302
        clock.refresh_from_db()
        assert clock.due_on == dt.date(2026, 12, 3)
        done = {"on": "11/30/2026", "shown_by": "Fax"}
        assert client.post(f"/cases/{case.number}/deadlines/{clock.pk}/done/", done).status_code == 302
    assert Deadline.objects.get(pk=clock.pk).met_at is not None
