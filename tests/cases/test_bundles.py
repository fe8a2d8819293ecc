"""Sorting a bundle: proposed by the worker, changed, accepted and undone by people, also two at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from cases.models import BundleAct, BundleProposal, CaseEvent, Document, Page, Reading
from cases.rules.bundles.repeats import repeats
from cases.services.bundles import editing, proposing
from cases.services.page_search import search_case
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files, outbox
from tests.cases.test_bundle_rules import GOES_ON, REPORT, SCAN
from tests.factories.cases import COORDINATOR, NOW, a_pdf, make_case

pytestmark = pytest.mark.django_db
AUDITOR = Actor(name="auditor@example.org", roles=frozenset({"auditor"}))


def a_filed(texts, *, case=None, title="Scan of the whole file", done=True):
    """A document whose pages are read, in a case that collects records."""
    case = case or make_case(state="records")
    file = files.store(a_pdf(len(texts)) + f"\n%{title}{len(texts)}".encode(), content_type="application/pdf")
    document = Document.objects.create(
        case=case, position=50, title=title, kind="other", file=file, pages=len(texts), received_at=NOW
    )
    Page.objects.bulk_create(Page(file=file, number=n, text=text, source="born") for n, text in enumerate(texts, 1))
    if done:
        Reading.objects.create(file=file, pages=len(texts), read=len(texts), began_at=NOW, text_at=NOW, done_at=NOW)
    return document


def a_bundle(**facts):
    document = a_filed([REPORT, GOES_ON, SCAN, SCAN.replace("LUMBAR", "CERVICAL").replace("11/02", "11/05")], **facts)
    return proposing.propose_for(document=document, now=NOW)


def spans(bundle):
    return [(part["first"], part["last"]) for part in bundle.parts]


def done(act, bundle, **facts):
    """An act by the coordinator on the version now in force."""
    bundle.refresh_from_db()
    return act(bundle=bundle, version=bundle.version, actor=COORDINATOR, now=NOW, **facts)


def test_a_document_that_is_read_to_its_end_is_proposed_by_the_worker():
    document = a_filed([REPORT, GOES_ON, SCAN])
    job = OutboxJob.objects.get(kind=proposing.SORT_JOB, key=str(document.pk))
    outbox.run(job.pk, now=timezone.now())
    assert spans(BundleProposal.objects.get(document=document)) == [(1, 2), (3, 3)]
    outbox.HANDLERS[job.kind](job)
    assert BundleProposal.objects.count() == 1


def test_one_record_is_no_bundle_and_a_person_may_sort_it_all_the_same():
    document = a_filed([REPORT, GOES_ON])
    assert proposing.propose_for(document=document, now=NOW) is None
    with pytest.raises(RightRefusal):
        editing.begin(document=document, actor=AUDITOR, now=NOW)
    bundle = editing.begin(document=document, actor=COORDINATOR, now=NOW)
    assert spans(done(editing.split, bundle, page=2)) == [(1, 1), (2, 2)]


def test_nobody_sorts_without_the_right_nor_what_is_not_there():
    bundle = a_bundle()
    with pytest.raises(RightRefusal):
        editing.accept(bundle=bundle, version=1, actor=AUDITOR, now=NOW)
    for act, facts in (
        (editing.split, {"page": 1}),
        (editing.split, {"page": 9}),
        (editing.merge, {"page": 1}),
        (editing.merge, {"page": 2}),
        (editing.move, {"page": 3, "to": 1}),
        (editing.move, {"page": 3, "to": 4}),
        (editing.name, {"page": 3, "kind": "novel", "title": "x"}),
        (editing.name, {"page": 3, "kind": "other", "title": " "}),
        (editing.name, {"page": 3, "kind": "other", "title": "Report\u202e"}),
    ):
        with pytest.raises(InputRefusal):
            done(act, bundle, **facts)
    with pytest.raises(StateRefusal, match="Nothing is left to undo"):
        done(editing.undo, bundle)
    bundle.refresh_from_db()
    assert (bundle.version, BundleAct.objects.count()) == (1, 0)


def test_boundaries_move_join_and_begin_names_change_and_every_act_is_undone_in_turn():
    bundle = a_bundle()
    seen = [bundle.parts]
    for act, facts in (
        (editing.move, {"page": 3, "to": 2}),
        (editing.merge, {"page": 4}),
        (editing.split, {"page": 3}),
        (editing.name, {"page": 3, "kind": "imaging", "title": "MRI", "author": "V. Sato", "date": NOW.date()}),
    ):
        seen.append(done(act, bundle, **facts).parts)
    assert [(part["first"], part["last"], part["title"]) for part in seen[-1]] == [
        (1, 1, "Progress note"), (2, 2, "Imaging report"), (3, 4, "MRI"),
    ]  # fmt: skip
    for before in reversed(seen[:-1]):
        done(editing.undo, bundle)
        bundle.refresh_from_db()
        assert bundle.parts == before
    assert BundleAct.objects.filter(undone_by=COORDINATOR.name).count() == 4


def test_accepting_files_every_part_hides_the_bundle_and_one_undo_brings_it_back():
    bundle = a_bundle()
    whole, case = bundle.document, bundle.document.case
    before = files.read(whole.file)
    made = done(editing.accept, bundle)
    assert [(one.first_page, one.last_page, one.pages, one.kind) for one in made] == [
        (1, 2, 2, "medical_report"), (3, 3, 1, "imaging"), (4, 4, 1, "imaging"),
    ]  # fmt: skip
    assert whole not in case.documents.all()
    assert {one.document for one in search_case(case=case, text="bulge")} == set(made[1:])
    assert files.read(whole.file) == before
    with pytest.raises(StateRefusal, match="accepted already"):
        done(editing.split, bundle, page=2)
    done(editing.undo, bundle)
    assert whole in case.documents.all()
    assert not case.documents.filter(cut_from=whole).exists()
    assert [hit.document for hit in search_case(case=case, text="bulge")] == [whole, whole]
    kinds = list(CaseEvent.objects.filter(case=case, kind__startswith="record.sort").values_list("kind", flat=True))
    assert kinds == ["record.sorted", "record.sorting_undone"]


def test_a_sorting_whose_record_was_moved_away_since_is_not_undone_half():
    bundle = a_bundle()
    made = done(editing.accept, bundle)
    Document.objects.filter(pk=made[0].pk).update(withdrawn_at=NOW, withdrawn_why="moved")
    with pytest.raises(StateRefusal, match="moved or sorted again"):
        done(editing.undo, bundle)
    assert Document.objects.filter(cut_from=bundle.document).count() == 2


def test_pages_that_repeat_are_flagged_across_the_documents_of_the_case():
    case = make_case(state="records")
    earlier = a_filed([REPORT + "\nWork restrictions are no lifting over ten pounds."], case=case, title="Earlier")
    misread = (REPORT + "\nWork restrictions are no lifting over ten pounds.").replace("pain", "pa1n")
    bundle = proposing.propose_for(document=a_filed([SCAN, misread, SCAN], case=case), now=NOW)
    assert bundle.duplicates["2"]["document"] == earlier.pk
    assert bundle.duplicates["2"]["likeness"] > 0.7
    assert bundle.duplicates["3"] == {"document": bundle.document_id, "page": 1, "likeness": 1.0}
    assert "1" not in bundle.duplicates


def test_empty_pages_and_pages_of_other_words_repeat_nothing():
    assert repeats(["", "", "  - 3 -  ", "  - 3 -  ", REPORT, SCAN, GOES_ON]) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_sort_at_once_one_is_told_to_look_again():
    bundle = a_bundle()
    start, said = threading.Barrier(2), []

    def sort(act, **facts):
        try:
            start.wait()
            act(bundle=bundle, version=1, actor=COORDINATOR, now=NOW, **facts)
            said.append("done")
        except StateRefusal as refusal:
            said.append(refusal.rule)
        finally:
            connections.close_all()

    people = [
        threading.Thread(target=sort, args=(editing.accept,)),
        threading.Thread(target=sort, args=(editing.merge,), kwargs={"page": 3}),
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(said) == ["bundle.changed", "done"]
    assert connection.is_usable()
    shown = Document.objects.filter(case=bundle.document.case, file=bundle.document.file)
    pages = sorted(n for one in shown for n in range(one.page_range[0], one.page_range[1] + 1))
    assert pages == [1, 2, 3, 4]


def test_sorting_three_hundred_pages_takes_no_more_statements_than_sorting_thirty(django_assert_max_num_queries):
    for pages in (30, 300):
        document = a_filed(
            [SCAN.replace("11/02", f"{1 + n % 12}/{1 + n % 28}") for n in range(pages)], title=str(pages)
        )
        bundle = proposing.propose_for(document=document, now=NOW)
        assert len(bundle.parts) > pages / 2
        with django_assert_max_num_queries(45):
            done(editing.accept, bundle)
