"""The editor's desk: what was sought in vain, typed by hand, never cited, broken; why a section does not come up."""

from __future__ import annotations

import datetime as dt
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from accounts.roles import ROLES
from cases.models import Worker
from common.actor import Actor
from common.errors import StateRefusal
from guidelines.models import LinkCheck, Section, UnansweredSearch
from guidelines.services import editor_desk, links, unanswered
from guidelines.services.library import import_guidelines
from guidelines.services.why import explain
from tests.accounts.people import make_person, signed_in
from tests.guidelines.conftest import neck

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def editor():
    return Actor.of(make_person("guideline_editor"))


@pytest.fixture(autouse=True)
def library(filed):
    import_guidelines(path=filed(neck()), actor=Actor.system("tests"))


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(
    "name", ["guidelines:why", "library:trees", "library:lists", "library:words", "library:export"]
)
def test_only_editors_open_the_desks_pages(role, name):
    answer = signed_in(make_person(role)).get(reverse(name))
    assert answer.status_code == (200 if role == "guideline_editor" else 403)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Kinesio-Taping 3x3", "kinesio-taping"),
        ("CM16-0001234 taping", "taping"),
        ("mail anna@example.org taping 555-1234", "mail taping"),
        ("12/31/1970", ""),
        ("Taping for Zorbatov", "taping for"),
        ("a " * 500, ""),
    ],
)
def test_words_are_kept_without_numbers_addresses_and_names(text, kept):
    Worker.objects.create(first_name="Anna", last_name="Zorbatov")
    assert unanswered.words_to_keep(text) == kept


def test_what_is_found_is_not_noted_and_what_is_not_is_counted():
    assert not unanswered.note_unanswered(text="traction", now=NOW)
    assert unanswered.note_unanswered(text="kinesiotaping", now=NOW)
    assert unanswered.note_unanswered(text="Kinesiotaping 4", now=NOW + dt.timedelta(days=1))
    row = UnansweredSearch.objects.get()
    assert (row.words, row.times, row.last_seen) == ("kinesiotaping", 2, NOW + dt.timedelta(days=1))


def test_old_words_are_forgotten_and_the_list_never_grows_without_end(monkeypatch):
    unanswered.note_unanswered(text="kinesiotaping", now=NOW)
    assert unanswered.forget_old(now=NOW + unanswered.KEEP) == 0
    assert unanswered.forget_old(now=NOW + unanswered.KEEP + dt.timedelta(seconds=1)) == 1
    monkeypatch.setattr(unanswered, "MAX_KEPT", 1)
    assert unanswered.note_unanswered(text="kinesiotaping", now=NOW)
    assert not unanswered.note_unanswered(text="moxibustion", now=NOW)


def test_words_become_a_synonym_once_and_are_found_then(editor):
    section = Section.objects.get(heading="Exercise")
    change = editor_desk.make_synonym(section_pk=section.pk, words="kinesiotaping", actor=editor, now=NOW)
    assert change.state == "written"
    assert explain(text="kinesiotaping", section_pk=section.pk, on=NOW.date()).place == 1
    with pytest.raises(StateRefusal, match="is a synonym of that section already"):
        editor_desk.make_synonym(section_pk=section.pk, words="Kinesiotaping", actor=editor, now=NOW)


def test_a_typed_citation_becomes_a_section_of_a_draft(editor, monkeypatch):
    typed = [
        editor_desk.TypedCitation("neck guide", 2016, "Heat", "7", 3, None),
        editor_desk.TypedCitation("Neck Care", 2016, "exercise", "", 9, None),
        editor_desk.TypedCitation("Elbow Care", 2016, "Cold", "", 1, None),
    ]
    monkeypatch.setattr(editor_desk, "_typed", [lambda _limit: typed])
    found = editor_desk.typed_citations()
    assert [(one.citation.section, one.edition and one.edition.year) for one in found] == [
        ("Heat", 2016),
        ("Cold", None),
    ]
    made = editor_desk.make_section(edition_pk=found[0].edition.pk, heading="Heat", pages="7", actor=editor)
    assert (made.edition.state, made.edition.corrects_id) == ("draft", found[0].edition.pk)


def test_sections_that_nobody_cited_are_listed():
    sections, count = editor_desk.never_cited(on=dt.date(2026, 11, 30))
    assert ([section.heading for section in sections], count) == (["Exercise", "Traction"], 2)


def test_why_a_section_does_not_come_up_is_said_word_by_word():
    section = Section.objects.get(heading="Exercise")
    answer = explain(text="PT 3x3 kinesiotaping knee", section_pk=section.pk, on=dt.date(2010, 1, 1))
    said = {word.word: word for word in answer.words}
    assert said["PT"].read.startswith("an abbreviation: physical therapy")
    assert said["PT"].found_in == "topic “physical therapy”"
    assert said["3x3"].read.startswith("left out")
    assert (said["kinesiotaping"].read, said["kinesiotaping"].found_in) == ("looked for as it is", "")
    assert said["knee"].read == "a body part: knee"
    assert "The section has no word for “kinesiotaping”." in answer.advice
    assert any("not yet in force" in reason for reason in answer.reasons)
    assert explain(text="PT", section_pk=0, on=dt.date(2010, 1, 1)) is None


class Pages(BaseHTTPRequestHandler):
    def do_HEAD(self):
        status = {"/ok": 200, "/gone": 404, "/login": 403, "/moved": 302}.get(self.path, 500)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "file:///etc/passwd")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def pages():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_links_that_do_not_answer_are_found_and_addresses_of_the_house_never_asked(pages):
    section = Section.objects.get(heading="Exercise")
    here = partial(links.open_address, own_network=True)
    for path, works in (("/ok", True), ("/login", True), ("/gone", False), ("/moved", False)):
        Section.objects.filter(pk=section.pk).update(deep_link=pages + path)
        assert links.check_links(now=NOW, opener=here) == 1
        assert LinkCheck.objects.get().works is works
    assert links.check_links(now=NOW + dt.timedelta(hours=1), opener=here) == 0
    assert links.check_links(now=NOW + dt.timedelta(days=1)) == 1
    row = LinkCheck.objects.get()
    assert (row.works, row.broken_since) == (False, NOW)
    assert "network of the house" in row.answer


def test_the_desk_shows_all_of_it_with_the_same_number_of_queries(django_assert_num_queries):
    browser = signed_in(make_person("guideline_editor"))
    browser.get(reverse("guidelines:desk"))
    counted = []
    for number in (1, 3, 30):
        UnansweredSearch.objects.bulk_create(
            UnansweredSearch(words=f"words {number} {place}", first_seen=NOW, last_seen=NOW) for place in range(number)
        )
        with django_assert_num_queries(DESK_QUERIES):
            answer = browser.get(reverse("guidelines:desk"))
        counted.append(answer.status_code)
    assert counted == [200, 200, 200]


DESK_QUERIES = 27
