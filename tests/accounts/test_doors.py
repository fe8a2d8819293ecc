"""Everything is shut unless a door says otherwise. The tables here are made from the site's own addresses."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from accounts.access import PUBLIC, SIGNED_IN, needs
from accounts.middleware import has_door
from accounts.models import AccessLog, Act
from accounts.roles import ADMIN_SITE_RIGHTS, RIGHTS, ROLES
from imr_site.urls import urlpatterns as site_patterns
from tests.accounts.doors import site_views
from tests.accounts.people import make_person, signed_in

#: Views that anybody may open, signed in or not. Whoever adds one says so here.
PUBLIC_VIEWS = {
    "accounts:join",
    "accounts:join_form",
    "accounts:session_state",
    "case_status",  # parties have no accounts: three facts of theirs stand in for one
    "look",
    "look_shape",
    "notice_door:door",
    "notice_door:download",
    "notice_door:enclosed",
    "notice_door:leave",
    "notice_door:papers",
    # Records from parties without an account: the code of a notice in the session opens them.
    "outside:door",
    "outside:files",
    "outside:leave",
    "outside:receipt",
    "outside:sent",
    "outside:upload",
    "outside:uploads",
    "set_theme",
}
#: Names that other rooms add as they open to the public; each states its reason beside its view.
PUBLIC_ROOMS = ("verify", "published", "health")


def forgotten(request):
    return HttpResponse("secrets")


@needs("view_history", "manage_people")
def guarded(request):
    return HttpResponse("open")


urlpatterns = [*site_patterns, path("forgotten/", forgotten, name="forgotten"), path("guarded/", guarded)]


def test_no_view_of_the_site_is_without_a_door():
    assert [view.name for view in site_views() if not has_door(view.view, list(view.namespaces))] == []


def test_only_the_views_named_here_are_public():
    public = {view.name for view in site_views() if PUBLIC in view.rights}
    surprising = {name for name in public - PUBLIC_VIEWS if not name.rpartition(":")[2].startswith(PUBLIC_ROOMS)}
    assert surprising == set()


def test_a_door_with_an_unknown_right_or_none_cannot_be_built():
    with pytest.raises(ValueError, match="unknown rights"):
        needs("become_king")
    with pytest.raises(ValueError, match="unknown rights"):
        needs()


@pytest.mark.django_db
@pytest.mark.urls("tests.accounts.test_doors")
def test_a_view_without_a_door_answers_nobody():
    for browser in (Client(), signed_in(make_person("administrator"))):
        answer = browser.get("/forgotten/")
        assert answer.status_code == 403
        assert b"secrets" not in answer.content
        assert b"access.no_door" in answer.content
    assert AccessLog.objects.of_act(Act.REFUSED).count() == 2


@pytest.mark.django_db
@pytest.mark.urls("tests.accounts.test_doors")
def test_a_door_opens_to_each_of_its_rights_and_a_refusal_is_written_down():
    assert signed_in(make_person("coordinator")).get("/guarded/").status_code == 403
    line = AccessLog.objects.of_act(Act.REFUSED).get()
    assert (line.detail, line.path) == ("access.right", "/guarded/")
    for role in ("auditor", "administrator"):
        assert signed_in(make_person(role)).get("/guarded/").content == b"open"


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_at_every_door():
    browser = Client()
    open_to_strangers = []
    for view in site_views():
        url = view.url()
        if url is None or not view.rights or PUBLIC in view.rights:
            continue
        for answer in (browser.get(url), browser.post(url)):
            if answer.status_code == 405:
                continue
            if answer.status_code != 302 or not answer.url.startswith(reverse("account_login")):
                open_to_strangers.append((view.name, answer.status_code))
    assert open_to_strangers == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_at_every_door_that_it_holds_no_right_for(role):
    browser = signed_in(make_person(role))
    let_in = []
    for view in site_views():
        url = view.url()
        if url is None or not view.rights or {PUBLIC, SIGNED_IN} & set(view.rights):
            continue
        if set(view.rights) & ROLES[role]:
            continue
        shown, acted = browser.get(url), browser.post(url)
        if shown.status_code not in {403, 405} or acted.status_code not in {403, 405}:
            let_in.append((view.name, shown.status_code, acted.status_code))
        if shown.status_code == acted.status_code == 405:
            let_in.append((view.name, "never reached"))
    assert let_in == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_only_who_keeps_something_there_passes_the_admin_sites_door(role):
    answer = signed_in(make_person(role)).get("/admin/")
    assert (answer.status_code == 200) == bool(ADMIN_SITE_RIGHTS & ROLES[role])


def test_every_right_is_held_by_some_role():
    assert set(RIGHTS) == set().union(*ROLES.values())


@pytest.mark.django_db
def test_a_part_of_a_page_gets_an_answer_that_leaves_the_page_in_place():
    answer = Client().get("/people/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Trigger"] == "session-ended"
    assert b"<html" not in answer.content


@pytest.mark.django_db
def test_a_form_sent_after_the_session_leads_back_to_its_page():
    answer = Client().post("/people/5/roles/", headers={"Referer": "http://testserver/people/5/"})
    assert answer.url == f"{reverse('account_login')}?next=/people/5/"
    answer = Client().post("/people/5/roles/", headers={"Referer": "https://evil.example/people/"})
    assert answer.url == f"{reverse('account_login')}?next=/"


@pytest.mark.django_db
def test_people_without_a_second_factor_reach_enrolment_only():
    browser = signed_in(make_person("administrator", factor=False))
    beyond = []
    for view in site_views():
        url = view.url()
        if url is None or view.namespaces[:1] == ("admin",):
            continue
        answer = browser.get(url)
        leads_to_enrolment = answer.status_code == 302 and answer.url == reverse("accounts:enrol")
        allowed = view.name.startswith("mfa_") or view.name in {
            "account_logout", "account_reauthenticate", "accounts:enrol", "accounts:session_state", "accounts:stay",
            "accounts:back_again",
        }  # fmt: skip
        if not leads_to_enrolment and not allowed:
            beyond.append((view.name, answer.status_code))
    assert beyond == []
    assert browser.get("/admin/").url == reverse("accounts:enrol")
    assert b"Add a passkey" in browser.get(reverse("accounts:enrol")).content


@pytest.mark.django_db
def test_in_the_demo_a_second_factor_is_not_demanded(settings):
    settings.REQUIRE_FACTOR = False
    assert signed_in(make_person("administrator", factor=False)).get("/people/").status_code == 200


def test_a_view_keeps_its_own_door_beside_others():
    def view(request):
        return HttpResponse()

    needs(PUBLIC)(view)
    assert not has_door(view, [])
    assert has_door(needs("view_cases")(view), [])


@pytest.mark.django_db
def test_an_act_without_its_token_is_refused():
    person = make_person("coordinator")
    browser = signed_in(make_person("administrator"), enforce_csrf_checks=True)
    for view in site_views():
        url = view.url()
        if url is None or view.namespaces[:1] != ("accounts",):
            continue
        assert browser.post(url).status_code in {403, 405}, view.name
    assert browser.post(f"/people/{person.pk}/close/").status_code == 403
    person.refresh_from_db()
    assert person.is_active
