from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, Act, OutgoingMail, User
from common.models import OutboxJob
from common.services import outbox
from tests.accounts.people import PASSWORD, SECRET, code_now, make_person, signed_in

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def sent(settings):
    """Runs the waiting outbox jobs and gives the mails."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def run():
        mail.outbox.clear()
        for job in OutboxJob.objects.waiting().order_by("pk"):
            outbox.run(job.pk, now=timezone.now() + dt.timedelta(days=1))
        assert not OutboxJob.objects.exclude(last_error="").exists()
        return mail.outbox

    return run


def sign_in(browser: Client, email: str, password: str = PASSWORD, **more):
    return browser.post(LOGIN, {"login": email, "password": password}, **more)


def is_signed_in(browser: Client) -> bool:
    return browser.get("/people/session/").json()["person"] is not None


def test_nobody_signs_up():
    browser = Client()
    before = User.objects.count()
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = browser.post("/accounts/signup/", typed)
    assert b"by invitation only" in answer.content
    assert User.objects.count() == before


def test_a_wrong_password_and_an_unknown_address_get_the_same_words():
    person = make_person("auditor")
    known = sign_in(Client(), person.email, "wrong wrong wrong")
    unknown = sign_in(Client(), "stranger@example.org", "wrong wrong wrong")
    summary = b"e-mail address and password do not belong together"
    assert known.status_code == unknown.status_code == 200
    assert summary in known.content
    assert summary in unknown.content


def test_the_password_alone_does_not_sign_in_a_person_with_a_factor():
    person, browser = make_person("auditor"), Client()
    assert sign_in(browser, person.email).url == reverse("mfa_authenticate")
    assert not is_signed_in(browser)
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert not is_signed_in(browser)
    assert browser.post(reverse("mfa_authenticate"), {"code": code_now()}).url == "/"
    assert is_signed_in(browser)


def test_a_code_counts_once():
    person = make_person("auditor")
    code = code_now()
    for browser, signed in ((Client(), True), (Client(), False)):
        sign_in(browser, person.email)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(browser) is signed


def test_a_closed_account_does_not_sign_in():
    person, browser = make_person("auditor", is_active=False), Client()
    sign_in(browser, person.email)
    assert not is_signed_in(browser)


def test_tries_are_counted_for_each_address():
    person, browser = make_person("auditor"), Client()
    for _ in range(5):
        sign_in(browser, person.email, "wrong wrong wrong")
    answer = sign_in(browser, person.email)
    assert b"Too many" in answer.content
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), person.email).status_code == 200
    assert not is_signed_in(browser)


def test_without_redis_sign_in_is_shut_and_work_goes_on(settings):
    person, working = make_person("administrator"), None
    working = signed_in(person)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere/redis.sock",
        }
    }  # fmt: skip
    answer = sign_in(Client(), person.email)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert b"nobody counts failed tries" in answer.content
    assert Client().get("/people/join/anything/").status_code == 503
    assert working.get("/people/").status_code == 200


def test_a_login_needs_its_token():
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser, make_person("auditor").email).status_code == 403


def test_sign_in_and_its_failures_stand_in_the_log_without_what_strangers_typed():
    person = make_person("auditor")
    sign_in(Client(), person.email, "wrong wrong wrong")
    sign_in(Client(), "my secret password", "x")
    sign_in(Client(), "stranger@example.org", "x")
    browser = Client(headers={"User-Agent": "Testbrowser 1"}, REMOTE_ADDR="203.0.113.7")
    sign_in(browser, person.email)
    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    browser.post(reverse("mfa_authenticate"), {"code": code_now()})
    browser.post("/accounts/logout/")
    lines = list(AccessLog.objects.order_by("pk"))
    assert [line.act for line in lines] == [
        "sign_in_failed", "sign_in_failed", "factor_failed", "signed_in", "signed_out",
    ]  # fmt: skip
    assert [line.target for line in lines[:2]] == [person.email, "an address without account"]
    signed = lines[3]
    assert (signed.actor_name, signed.ip, signed.user_agent) == (person.email, "203.0.113.7", "Testbrowser 1")


def test_a_forgotten_password_says_the_same_for_known_and_unknown_addresses(sent):
    person = make_person("auditor")
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}) for email in (person.email, "nobody@example.org")
    ]
    assert [answer.url for answer in answers] == ["/accounts/password/reset/done/"] * 2
    assert OutgoingMail.objects.count() == 2  # the same work for both
    assert [message.to for message in sent()] == [[person.email]]


def test_a_reset_ends_the_sessions_and_still_asks_for_the_second_factor(sent):
    person = make_person("auditor")
    elsewhere = signed_in(person)
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": person.email})
    assert "/password/reset/key/" not in str(list(OutgoingMail.objects.values_list("about", flat=True)))
    link = next(line for line in sent()[0].body.splitlines() if line.startswith("http"))
    form = browser.get(link.removeprefix("http://localhost:8000"), follow=True)
    new = "another horse 4611"
    done = browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert done.url == "/accounts/password/reset/key/done/"
    assert not is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    assert sign_in(browser, person.email, new).url == reverse("mfa_authenticate")
    assert not is_signed_in(browser)
    assert AccessLog.objects.of_act(Act.PASSWORD_RESET).get().target_key == f"user:{person.pk}"
    assert "set anew" in sent()[0].subject


def test_a_reset_link_runs_out_after_an_hour(sent):
    person = make_person("auditor")
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        Client().post("/accounts/password/reset/", {"email": person.email})
        link = next(line for line in sent()[0].body.splitlines() if line.startswith("http"))
    with time_machine.travel(now + dt.timedelta(minutes=61), tick=False):
        answer = Client().get(link.removeprefix("http://localhost:8000"), follow=True)
    assert b"This link opens nothing" in answer.content


@pytest.mark.parametrize(
    ("password", "taken"),
    [("short one 1", False), ("password1234", False), ("twelve chars", True), ("only lower case letters here", True)],
)
def test_passwords_need_twelve_signs_and_no_composition(password, taken):
    person = make_person("auditor")
    browser = signed_in(person)
    _reauthenticate(browser)
    browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert User.objects.get(pk=person.pk).check_password(password) is taken


def test_a_changed_password_ends_the_other_sessions_only():
    person = make_person("auditor")
    here, elsewhere = signed_in(person), signed_in(person)
    _reauthenticate(here)
    new = "another horse 4611"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_another_address_needs_the_password_again_and_an_answered_mail(sent):
    person = make_person("auditor")
    browser = signed_in(person)
    assert browser.post("/accounts/email/", {"action_add": "", "email": "new@example.org"}).url.startswith(
        "/accounts/reauthenticate/"
    )
    _reauthenticate(browser)
    browser.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    assert User.objects.get(pk=person.pk).email == person.email
    message = sent()[0]
    assert message.to == ["new@example.org"]
    link = next(line for line in message.body.splitlines() if line.startswith("http"))
    browser.post(link.removeprefix("http://localhost:8000"))
    assert User.objects.get(pk=person.pk).email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=person).values_list("email", flat=True)) == ["new@example.org"]
    assert [message.to for message in sent()] == [[person.email]]
    assert AccessLog.objects.of_act(Act.EMAIL_CHANGED).exists()


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_only_after_the_password_and_ends_the_other_sessions(sent):
    person = make_person("auditor", factor=False)
    here, elsewhere = signed_in(person), signed_in(person)
    assert here.get("/accounts/2fa/totp/activate/").url.startswith("/accounts/reauthenticate/")
    _reauthenticate(here)
    secret = here.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = code_now(secret)
    assert here.post("/accounts/2fa/totp/activate/", {"code": code}).url == "/accounts/2fa/recovery-codes/"
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert here.get("/people/access-log/").status_code == 200
    acts = list(AccessLog.objects.filter(user=person).values_list("act", flat=True))
    assert {"factor_added", "recovery_codes_made"} <= set(acts)
    assert "second factor was added" in sent()[0].subject


def test_secrets_of_factors_rest_encrypted():
    person = make_person("auditor")
    kept = person.authenticator_set.get(type="totp").data["secret"]
    assert SECRET not in kept


def test_the_last_factor_is_not_removed_by_its_owner():
    person = make_person("auditor")
    browser = signed_in(person)
    _reauthenticate(browser)
    browser.post("/accounts/2fa/totp/deactivate/")
    assert person.authenticator_set.filter(type="totp").exists()


def test_people_see_and_end_their_own_sessions():
    person = make_person("auditor")
    here, elsewhere = signed_in(person), signed_in(person)
    for browser in (here, elsewhere):
        browser.get("/")
    assert here.get("/accounts/sessions/").content.count(b"127.0.0.1") >= 2
    here.post("/accounts/sessions/")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_the_admin_sites_own_form_signs_nobody_in():
    editor = make_person("guideline_editor")
    answer = Client().post("/admin/login/", {"username": editor.email, "password": PASSWORD, "next": "/admin/"})
    assert answer.url.startswith("/accounts/login/")
    assert signed_in(editor).get("/admin/password_change/").url == "/accounts/password/change/"


def _reauthenticate(browser: Client) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
