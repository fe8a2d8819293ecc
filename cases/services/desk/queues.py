"""The queues of the desk: each tab says which cases it holds. Screens, counts, "take next" and exports ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case as Choice
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse

from cases.models import Arrival, Case, CaseTask, CaseTrouble, Deadline, DisputedItem
from cases.models.case import CaseQuerySet
from cases.services import jurisdictions
from cases.workflow import State
from common.days import house_date

#: Counts and lists stop here: who has more than that needs a filter, not another page.
MOST = 1_000
SOON = dt.timedelta(days=3)


@dataclass(frozen=True)
class Asker:
    """For whom, and at which moment, a queue is asked."""

    user_id: int
    now: dt.datetime


@dataclass(frozen=True)
class Tab:
    """One queue. holds narrows the open cases (the ended ones, where `ended`; both, where `every`) to its own.

    empty: what belongs there; advice: what to do with what stands there; quiet: shown only while it is looked at.
    """

    key: str
    label: str
    holds: Callable[[CaseQuerySet, Asker], CaseQuerySet]
    empty: str
    ended: bool = False
    every: bool = False
    quiet: bool = False
    advice: str = ""
    by_due: bool = False

    @property
    def in_work(self) -> bool:
        """Whether all its cases are in work: only these can be taken."""
        return not (self.ended or self.every)

    def cases(self, asker: Asker) -> CaseQuerySet:
        if self.every:
            return self.holds(Case.objects.filter(imported=False), asker)
        return self.holds(Case.objects.ended() if self.ended else Case.objects.in_work(), asker)

    def in_order(self, asker: Asker) -> CaseQuerySet:
        """Overdue first, then the next target; ended cases newest first, or by what they still owe."""
        found = self.cases(asker)
        if self.by_due:
            return found.order_by("next_due_at", "pk")
        return burning_first(found, asker.now) if self.in_work else found.order_by("-pk")


def burning_first(cases: CaseQuerySet, now: dt.datetime) -> CaseQuerySet:
    """Past their legal due moment first; then by target, or by due date where no target is set; without dates last."""
    overdue = Choice(When(next_due_at__lt=now, then=Value(0)), default=Value(1))
    target = Coalesce(F("next_target_on"), F("next_due_at__date"))
    return cases.order_by(overdue, target.asc(nulls_last=True), "pk")


def _mine(cases: CaseQuerySet, asker: Asker) -> CaseQuerySet:
    return cases.filter(owner_id=asker.user_id)


def _unassigned(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases.filter(owner=None)


def _eligibility(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases.in_state(State.RECEIVED, State.ELIGIBILITY, State.DEFERRED)


def _records_overdue(cases: CaseQuerySet, asker: Asker) -> CaseQuerySet:
    return cases.in_state(State.RECORDS).filter(next_due_at__lt=asker.now)


def _soon(cases: CaseQuerySet, asker: Asker) -> CaseQuerySet:
    return cases.filter(next_due_at__lt=asker.now + SOON)


def _expedited(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases.filter(priority=Case.Priority.EXPEDITED)


def _ready(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases.in_state(State.READY)


def _stuck(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases.filter(pk__in=CaseTrouble.objects.standing().values("case"))


def _to_authorize(cases: CaseQuerySet, asker: Asker) -> CaseQuerySet:
    late = Deadline.objects.overdue(asker.now).filter(clock__in=jurisdictions.owed_after_letter())
    return cases.in_state(State.SERVED).filter(pk__in=late.values("case"))


def _all(cases: CaseQuerySet, _asker: Asker) -> CaseQuerySet:
    return cases


#: In the order in which a coordinator goes through them.
TABS = (
    Tab("mine", "Mine", _mine, "Cases that you hold stand here. Take the next one, or take a case on its page."),
    Tab("unassigned", "Unassigned", _unassigned, "A case stands here until a coordinator takes it."),
    Tab("eligibility", "Eligibility", _eligibility,
        "A new application stands here until it is found eligible or not, and while liability is disputed."),
    Tab("records_overdue", "Records overdue", _records_overdue,
        "A case comes here when its records were due and have not come whole."),
    Tab("soon", "Due in 3 days", _soon,
        "A case comes here three days before a legal due date, and stays when it is late."),
    Tab("expedited", "Expedited", _expedited, "A case comes here when a physician certifies an imminent threat."),
    Tab("ready", "Ready", _ready, "A case comes here when its records are complete and a reviewer can be chosen."),
    Tab("stuck", "Stuck", _stuck,
        "The nightly check puts cases here that nobody holds, that have no date, or that have not moved for long."),
    Tab("authorize", "Served, to be authorized", _to_authorize,
        "A served case comes here when the claims administrator should have authorized or paid for the treatment, and "
        "nobody noted that it did.", ended=True, by_due=True,
        advice="The letter is served, and the time to authorize or pay for the treatment is over. Call the claims "
        "administrator. When it shows that it did, note the day on the Deadlines tab of the case; the case then leaves "
        "this list."),
    Tab("open", "All open", _all, "A case comes here when an application is taken in, by hand or from a feed."),
    Tab("ended", "Ended", _all, "A case comes here when it is served, closed, or ends another way.", ended=True),
    Tab("received", "All received", _all, "Every application stands here, in work or ended.", every=True, quiet=True),
)  # fmt: skip
BY_KEY = {tab.key: tab for tab in TABS}


@dataclass(frozen=True)
class Link:
    """A tab that leads to a page of its own; its rows are no cases. after: the tab it stands behind, "" for the end."""

    key: str
    label: str
    url_name: str
    rows: Callable[[Asker], QuerySet]
    after: str = ""


_LINKS: dict[str, Link] = {}


def register_tab_link(link: Link) -> None:
    """Show a tab among the queues that leads elsewhere, with the count of its rows."""
    _LINKS[link.key] = link


def with_links(entries: list[dict[str, Any]], counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tabs with the links in their places. entries and result as `{% tabs %}` takes them, with `key`."""
    shown = list(entries)
    for link in _LINKS.values():
        try:
            url = reverse(link.url_name)
        except NoReverseMatch:  # the room that has the page is not loaded
            continue
        entry = {"key": link.key, "label": link.label, "url": url, "active": False}
        place = next((at for at, one in enumerate(shown, 1) if one["key"] == link.after), len(shown))
        shown.insert(place, {**entry, "count": said_count(counted[link.key])})
    return shown


def tasks_due(asker: Asker) -> QuerySet[CaseTask]:
    """The asker's tasks that have come up."""
    return CaseTask.objects.due(house_date(asker.now)).filter(owner_id=asker.user_id)


def unmatched(_asker: Asker) -> QuerySet[Arrival]:
    """Files that wait for their case."""
    return Arrival.objects.unmatched()


register_tab_link(Link("tasks", "My tasks", "cases:tasks", tasks_due, after="mine"))
register_tab_link(Link("unmatched", "Unmatched", "cases:unmatched", unmatched, after="eligibility"))


def counts(asker: Asker) -> dict[str, int]:
    """How much each tab holds, in one statement; each count stops at MOST + 1, so that none reads the whole table."""
    asked: dict[str, QuerySet] = {tab.key: tab.cases(asker) for tab in TABS}
    asked |= {link.key: link.rows(asker) for link in _LINKS.values()}
    parts: list[str] = []
    params: list[Any] = []
    for rows in asked.values():
        sql, values = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - Django's own SQL
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        found = cursor.fetchone()
    return dict(zip(asked, found, strict=True))


def said_count(count: int) -> int | str:
    """A count as tabs show it: "1,000+" when there are more."""
    return f"{MOST:,}+" if count > MOST else count


def listed(page: Iterable[int]) -> list[Case]:
    """The cases of one page with what a row shows, in the order given."""
    keys = list(page)
    items = DisputedItem.objects.filter(case=OuterRef("pk")).order_by().values("case")
    number = Subquery(items.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    found = Case.objects.filter(pk__in=keys).select_related("worker", "claim", "owner")
    by_key = found.annotate(item_count=Coalesce(number, 0)).in_bulk()
    return [by_key[key] for key in keys if key in by_key]
