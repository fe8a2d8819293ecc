from __future__ import annotations

import datetime as dt
import hashlib
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import AccessLog, Act, Invitation, OutgoingMail, User
from accounts.roles import ROLES
from accounts.services import invitations
from accounts.signals import invitation_accepted, invitation_made
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, RuleRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from tests.accounts.people import PASSWORD, actor, make_person, signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
GOOD = {"email": "new@example.org", "name": "Nadia New", "roles": ["coordinator"]}


def invite(who=None, now=NOW, **changes) -> Invitation:
    return invitations.invite(actor=actor(who or make_person("administrator")), now=now, **{**GOOD, **changes})


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_only_administrators_invite(role):
    with pytest.raises(RightRefusal):
        invite(make_person(role))
    assert not Invitation.objects.exists()


def test_a_command_cannot_invite_because_nobody_would_answer_for_it():
    with pytest.raises(RightRefusal):
        invitations.invite(actor=Actor.system("test"), now=NOW, **GOOD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"name": "  "}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["reviewer"]}, "reviewer_id"),
        ({"reviewer_id": "R-1"}, "reviewer_id"),
    ],
)
def test_bad_input_is_refused_at_its_field(changes, field):
    with pytest.raises(InputRefusal) as refused:
        invite(**changes)
    assert field in refused.value.fields
    assert not Invitation.objects.exists()


def test_an_address_with_an_account_or_an_open_invitation_is_refused_in_any_case():
    boss = make_person("administrator")
    person = make_person("auditor", email="here@example.org")
    with pytest.raises(StateRefusal):
        invite(boss, email=person.email.upper())
    invite(boss)
    with pytest.raises(StateRefusal):
        invite(boss, email="NEW@example.org")
    assert Invitation.objects.count() == 1


def test_the_row_and_the_mail_row_hold_no_token():
    invitation = invite()
    token = invitations.token_of(invitation)
    rows = str(list(Invitation.objects.values())) + str(list(OutgoingMail.objects.values()))
    assert token not in rows
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(bytes.fromhex(token)) * 8 == len(bytes.fromhex(invitation.nonce)) * 8 == 256


def test_the_mail_carries_the_link_that_opens_the_form(settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invitation = invite(now=timezone.now())
    assert _send_mails()
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    browser = Client()
    answer = browser.get(link.removeprefix("http://localhost:8000"))
    assert answer.url == "/people/join/"
    assert b"Nadia New" in browser.get(answer.url).content
    token = invitations.token_of(invitation)
    assert token not in caplog.text
    assert token not in str(list(AccessLog.objects.values()) + list(OutboxJob.objects.values()))


def test_no_mail_leaves_after_a_withdrawal(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    boss = make_person("administrator")
    invitation = invite(boss)
    invitations.withdraw(actor=actor(boss), invitation_id=invitation.pk, now=NOW)
    _send_mails()
    assert mail.outbox == []
    with pytest.raises(StateRefusal):
        invitations.find(token=invitations.token_of(invitation), now=NOW)
    with pytest.raises(StateRefusal):
        invitations.send_again(actor=actor(boss), invitation_id=invitation.pk, now=NOW)


def test_an_invitation_lasts_seven_days():
    token = invitations.token_of(invite())
    assert invitations.find(token=token, now=NOW + dt.timedelta(days=7, seconds=-1))
    with pytest.raises(StateRefusal):
        invitations.find(token=token, now=NOW + dt.timedelta(days=7))
    with pytest.raises(StateRefusal):
        invitations.accept(token=token, password=PASSWORD, now=NOW + dt.timedelta(days=8))
    assert not User.objects.filter(email="new@example.org").exists()


def test_sent_again_the_earlier_link_is_dead_and_the_new_one_lasts_anew():
    boss = make_person("administrator")
    invitation = invite(boss)
    first = invitations.token_of(invitation)
    later = NOW + dt.timedelta(days=9)
    invitation = invitations.send_again(actor=actor(boss), invitation_id=invitation.pk, now=later)
    with pytest.raises(StateRefusal):
        invitations.find(token=first, now=later)
    assert invitations.find(token=invitations.token_of(invitation), now=later + dt.timedelta(days=6))


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: t.upper(), lambda t: ""]
)
def test_a_changed_token_opens_nothing(change):
    token = invitations.token_of(invite())
    if change(token) == token:
        pytest.skip("a token of digits only")
    with pytest.raises(StateRefusal) as refused:
        invitations.accept(token=change(token), password=PASSWORD, now=NOW)
    assert refused.value.rule == "invitation.dead"


def test_a_weak_password_leaves_the_invitation_open():
    token = invitations.token_of(invite())
    with pytest.raises(InputRefusal):
        invitations.accept(token=token, password="short", now=NOW)
    assert invitations.find(token=token, now=NOW)


def test_acceptance_makes_the_account_once_and_tells_the_rooms_above():
    told = []

    def listen(user, invitation, **kwargs):
        told.append((user.email, invitation.reviewer_id))

    invitation_accepted.connect(listen)
    try:
        token = invitations.token_of(invite(roles=["reviewer"], reviewer_id="R-7"))
        user = invitations.accept(token=token, password=PASSWORD, now=NOW)
    finally:
        invitation_accepted.disconnect(listen)
    assert told == [("new@example.org", "R-7")]
    assert user.role_names == {"reviewer"}
    assert user.check_password(PASSWORD)
    assert user.emailaddress_set.get().verified
    assert AccessLog.objects.of_act(Act.INVITATION_ACCEPTED).get().target_key == f"user:{user.pk}"
    with pytest.raises(StateRefusal):
        invitations.accept(token=token, password=PASSWORD, now=NOW)


@pytest.mark.parametrize("signal", [invitation_made, invitation_accepted])
def test_a_room_above_can_refuse_and_nothing_is_left_half(signal):
    def refuse(**kwargs):
        raise RuleRefusal("roster.unknown", "The roster has no such entry.")

    open_already = None if signal is invitation_made else invitations.token_of(invite())
    signal.connect(refuse)
    try:
        with pytest.raises(RuleRefusal):
            _accept(open_already) if open_already else invite()
    finally:
        signal.disconnect(refuse)
    assert not User.objects.filter(email="new@example.org").exists()
    assert Invitation.objects.count() == (1 if open_already else 0)


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_make_one_account():
    token = invitations.token_of(invite())
    results: list[str] = []
    barrier = threading.Barrier(2)

    def accept():
        barrier.wait()
        try:
            invitations.accept(token=token, password=PASSWORD, now=NOW)
            results.append("accepted")
        except Refusal as refusal:
            results.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["accepted", "invitation.dead"]
    assert User.objects.filter(email="new@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_at_once_make_one():
    bosses = [actor(make_person("administrator")) for _ in range(2)]
    results: list[str] = []
    barrier = threading.Barrier(2)

    def send(boss):
        barrier.wait()
        try:
            invitations.invite(actor=boss, now=NOW, **GOOD)
            results.append("invited")
        except Refusal as refusal:
            results.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(boss,)) for boss in bosses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["invitation.open", "invited"]


def test_in_the_browser_the_way_in_ends_at_enrolment():
    boss = signed_in(make_person("administrator"))
    page = boss.post("/people/invite/", {**GOOD, "email": "nonsense"})
    assert b"Enter a valid" in page.content
    assert boss.post("/people/invite/", GOOD).url == "/people/"
    invitation = Invitation.objects.get()
    assert b"Nadia New" in boss.get("/people/").content
    browser = Client()
    browser.get(f"/people/join/{invitations.token_of(invitation)}/")
    page = browser.post("/people/join/", {"password": PASSWORD, "again": "different horse 1"})
    assert b"The two passwords differ" in page.content
    page = browser.post("/people/join/", {"password": "short", "again": "short"})
    assert b"at least 12" in page.content
    assert browser.post("/people/join/", {"password": PASSWORD, "again": PASSWORD}).url == "/people/enrol/"
    assert browser.get("/people/session/").json()["person"] == User.objects.get(email="new@example.org").pk
    assert browser.get("/").url == "/people/enrol/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200  # the password was just typed
    stranger = Client()
    stranger.get(f"/people/join/{invitations.token_of(invitation)}/")
    assert stranger.get("/people/join/").status_code == 410


def test_a_dead_link_says_what_to_do():
    browser = Client()
    browser.get("/people/join/nonsense/")
    answer = browser.get("/people/join/")
    assert answer.status_code == 410
    assert b"send it again" in answer.content


def test_the_buttons_of_the_list_send_again_and_withdraw():
    boss = make_person("administrator")
    invitation, browser = invite(boss, now=timezone.now()), signed_in(boss)
    before = invitation.token_hash
    assert browser.get(f"/people/invitations/{invitation.pk}/send-again/").status_code == 405
    browser.post(f"/people/invitations/{invitation.pk}/send-again/")
    invitation.refresh_from_db()
    assert invitation.token_hash != before
    browser.post(f"/people/invitations/{invitation.pk}/withdraw/")
    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    assert browser.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 409
    assert browser.post("/people/invitations/999999/withdraw/").status_code == 404


def _accept(token: str) -> None:
    invitations.accept(token=token, password=PASSWORD, now=NOW)


def _send_mails() -> bool:
    return all(outbox.run(job.pk, now=NOW + dt.timedelta(days=99)) for job in OutboxJob.objects.waiting())
