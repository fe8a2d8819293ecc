"""Accounts in a real browser, under the real content policy: passkeys, the clock of the session, every page by axe."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import BreakGlass, Invitation, User
from accounts.services import break_glass, factor_resets, invitations
from accounts.services.sessions import end_all_sessions
from tests.accounts.people import PASSWORD, actor, code_now, factors, make_person
from tests.e2e.browser import axe, fits, send, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings) -> str:
    """The address by name: browsers make passkeys for names, not for numbers. http is a secure place on localhost."""
    settings.REQUIRE_FACTOR = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    cache.clear()
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def authenticator(page: Page) -> None:
    """A security key with fingerprint inside the browser, which always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def type_password(page: Page, site: str, user: User) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    send(page, "Go on")


def test_from_the_invitation_to_a_passkey_and_in_again_with_it_alone(site, page: Page, authenticator) -> None:
    boss = make_person("administrator")
    row = invitations.invite(
        actor=actor(boss), email="new@example.org", name="Nadia New", roles=["auditor"], now=timezone.now()
    )
    page.goto(f"{site}/people/join/{invitations.token_of(row)}/")
    expect(page).to_have_url(f"{site}/people/join/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    send(page, "Make the account")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the device").fill("This computer")
    page.get_by_label("Sign in with this alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    user = User.objects.get(email="new@example.org")
    assert factors(user) == ["recovery_codes", "webauthn"]

    page.locator("details.menu summary").click()
    send(page, "Sign out")
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"/(people/access-log/)?$"))
    expect(page.locator("details.menu summary")).to_contain_text("Nadia New")

    page.goto(f"{site}/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name="This computer")).to_contain_text("yes")
    axe(page)
    page.get_by_role("link", name="Rename").click()
    confirm_password(page)
    page.get_by_label("Name of the device").fill("The old computer")
    send(page, "Save the name")
    expect(page.get_by_role("row", name="The old computer")).to_be_visible()
    page.goto(f"{site}/accounts/2fa/")
    expect(page.locator("#main")).to_contain_text("1 passkey.")
    axe(page)


def test_a_passkey_as_second_factor(site, page: Page, authenticator) -> None:
    user = make_person("auditor", factor=False)
    type_password(page, site, user)
    page.get_by_role("link", name="Add a passkey").click()
    confirm_password(page)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.locator("details.menu summary").click()
    send(page, "Sign out")
    type_password(page, site, user)
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_url(re.compile(r"/(people/access-log/)?$"))
    expect(page.locator("details.menu summary")).to_contain_text(str(user))


def test_a_refused_passkey_is_said_in_words(site, page: Page) -> None:
    user = make_person("auditor")
    page.goto(f"{site}/accounts/login/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": False}})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_contain_text("Nothing was done")
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()


def test_an_app_is_set_up_by_its_code(site, page: Page) -> None:
    user = make_person("auditor", factor=False)
    type_password(page, site, user)
    page.get_by_role("link", name="Set up an app").click()
    confirm_password(page)
    axe(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    send(page, "Set up the app")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator(".codes li").count() == 10
    assert factors(user) == ["recovery_codes", "totp"]


def test_the_page_warns_before_the_end_and_stays_when_asked(site, page: Page, settings) -> None:
    settings.SESSION_IDLE_SECONDS = 100
    sign_in(page, make_person("administrator"), site)
    page.goto(f"{site}/people/invite/")
    dialog = page.get_by_role("dialog", name="Still there?")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(re.compile(r"1:\d\d"))
    axe(page)
    shoot(page, "session-warning")
    settings.SESSION_IDLE_SECONDS = 1000
    page.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()


def test_a_session_that_ends_covers_the_page_and_goes_on_with_what_was_typed(site, page: Page, settings) -> None:
    user = make_person("administrator")
    sign_in(page, user, site)
    page.goto(f"{site}/people/invite/")
    page.get_by_label("Name").fill("Somebody typed at length")
    page.get_by_label("E-mail address").fill("typed@example.org")
    page.get_by_label("Auditor").check()
    end_all_sessions(user)
    page.get_by_role("button", name="Send the invitation").click()
    over = page.get_by_role("dialog", name="You are signed out")
    expect(over).to_be_visible()
    axe(page)
    shoot(page, "session-over")
    page.keyboard.press("Escape")
    expect(over).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(over).to_contain_text("not signed in yet")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    window = opened.value
    window.get_by_label("E-mail address").fill(user.email)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    window.get_by_label("Code").fill(code_now())
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading", name="You are signed in again")).to_be_visible()
    window.close()

    page.get_by_role("button", name="Go on").click()
    expect(over).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Somebody typed at length")
    send(page, "Send the invitation")
    expect(page).to_have_url(f"{site}/people/")
    assert Invitation.objects.get().email == "typed@example.org"


OPEN_PAGES = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/signup/",
    "/people/join/nothing/",
]
OWN_PAGES = [
    "/?choose",
    "/people/",
    "/people/?shown=closed",
    "/people/?q=nobody",
    "/people/invite/",
    "/people/emergency/",
    "/people/emergency/all/",
    "/people/access-log/",
    "/people/access-log/?first=nonsense",
    "/people/session/back-again/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/logout/",
    "/cases/nothing/",
]


@pytest.fixture
def people(site) -> dict[str, User]:
    """Administrators and an auditor, with something on every page."""
    boss = make_person("administrator", "auditor", name="Bartholomew Constantine Featherstonehaugh-Wolstenholme III")
    second = make_person("administrator")
    lost = make_person("reviewer", name="Robin")
    factor_resets.request_reset(
        actor=actor(second), user_id=lost.pk, reason="Telephone stolen; called back on the number.", now=timezone.now()
    )
    invitations.invite(
        actor=actor(boss), email="new@example.org", name="Nadia New", roles=["coordinator"], now=timezone.now()
    )
    now = timezone.now()
    BreakGlass.objects.create(
        user=second,
        case_key="CM26-0000012",
        reason="The hospital asks tonight, nobody answers.",
        opened_at=now,
        expires_at=now + break_glass.OPEN_FOR,
    )
    return {"boss": boss, "lost": lost}


def test_every_page_of_accounts_is_accessible_and_fits(site, page: Page, people) -> None:
    for address in OPEN_PAGES:
        _look(page, site + address)
    sign_in(page, people["boss"], site)
    persons = [f"/people/{people['lost'].pk}/", f"/people/{people['boss'].pk}/"]
    for address in (*OWN_PAGES, *persons, f"/people/emergency/{BreakGlass.objects.get().pk}/"):
        _look(page, site + address)
    page.goto(f"{site}/people/invite/")
    send(page, "Send the invitation")
    axe(page)
    shoot(page, "invite-refused")


def _look(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status < 500, address
    axe(page)
    name = re.sub(r"\W+", "-", address.split("/", 3)[3]).strip("-") or "home"
    shoot(page, f"accounts-{name}")
    page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
