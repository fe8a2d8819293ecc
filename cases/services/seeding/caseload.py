"""Writing an invented caseload: chunk by chunk, each wholly or not at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from django.conf import settings
from django.db import connection
from django.db.models import Model

from cases.models import (
    Application,
    Case,
    CaseEvent,
    CaseNumberCounter,
    Claim,
    Deadline,
    Diagnosis,
    DisputedItem,
    Document,
    Party,
    RecordRequest,
    UtilizationReview,
    Worker,
)
from cases.services.seeding import words
from cases.services.seeding.copying import Table, reserve_ids, without_triggers
from cases.services.seeding.life import Life, live
from cases.services.seeding.pools import Pools, few_have_most, last_name, lay_pools
from cases.workflow import State
from common.days import HOUSE_ZONE, house_date
from common.errors import StateRefusal

#: Applications of one real year; more cases reach further back, so that the open ones stay as many as in life.
PER_YEAR = 200_000
CHUNK = 5_000
#: Items per case and how often: mean 2.3, median 1, up to 21.
_ITEMS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 21)
_ITEM_WEIGHTS = (56, 16, 10, 6, 4, 2.5, 2, 1.5, 1, 0.7, 0.3)
_HELD = 0.85  # of the open cases that somebody has opened
_WITH_ATTORNEY = 0.7
_DAY = dt.timedelta(days=1)
_WORK_BEGINS, _WORK_ENDS = 8 * 3600, 17 * 3600
#: State in which a clock runs until it is left -> (clock, days); a tenth of that for an expedited case.
_CLOCKS = {State.RECORDS: ("records_mail", 15), State.READY: ("determination", 30)}
_MET_BY = {State.RECORDS: State.READY, State.READY: State.DETERMINED}
#: State -> days from entering it to its internal target.
_TARGETS = {
    State.RECEIVED: 1, State.ELIGIBILITY: 3, State.DEFERRED: 60, State.RECORDS: 12, State.READY: 3,
    State.IN_REVIEW: 14, State.QUALITY_CHECK: 2, State.DETERMINED: 1,
}  # fmt: skip
_EXPEDITED_PACE = 0.1
#: What is asked for: key, label, kind of the record.
_ASKED = (
    ("treating_reports", "Reports of the treating physician", "{medical_report}"),
    ("form_with_decision", "The UR decision as sent out", "{utilization_review_decision}"),
)


@dataclass(frozen=True)
class Seeded:
    """One case as it was laid, for rooms that add to it."""

    pk: int
    life: Life


#: Called with the cases of each chunk, inside its transaction.
Also = Callable[[list[Seeded]], None]


def seed_cases(
    *,
    count: int,
    now: dt.datetime,
    seed: int = 4610,
    also: Also | None = None,
    say: Callable[[int], None] | None = None,
) -> Counter[str]:
    """Lay `count` invented cases. Returns how many rows of each model were written.

    The same seed, count and moment give the same cases. Raises StateRefusal in production.
    """
    refuse_in_production()
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    pools = lay_pools(chance)
    days = _working_days(count, now)
    written: Counter[str] = Counter()
    for begin in range(0, count, CHUNK):
        size = min(CHUNK, count - begin)
        received = sorted(_moment(days[(begin + place) * len(days) // count], chance, now) for place in range(size))
        written += _write_chunk(received, pools, chance, now, also)
        if say:
            say(begin + size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return written


def refuse_in_production() -> None:
    """Raise StateRefusal unless the installation says that it is a demo or for developing."""
    if not (settings.DEMO or settings.DEBUG):
        raise StateRefusal(
            "seed.production",
            "Invented cases are laid in a demo only. Set IMR_DEMO=1 on an installation that holds no real case.",
        )


def _working_days(count: int, now: dt.datetime) -> list[dt.date]:
    """The working days over which the cases came in, oldest first."""
    today = house_date(now)
    span = round(365 * max(count / PER_YEAR, 1))
    days = [today - dt.timedelta(days=back) for back in range(span, -1, -1)]
    return [day for day in days if day.weekday() < 5]  # noqa: PLR2004 Saturday


def _moment(day: dt.date, chance: Random, now: dt.datetime) -> dt.datetime:
    midnight = dt.datetime.combine(day, dt.time(), HOUSE_ZONE)
    return min(midnight + dt.timedelta(seconds=chance.uniform(_WORK_BEGINS, _WORK_ENDS)), now)


_COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Worker: ("id", "first_name", "last_name", "birth_date", "sex", "line1", "city", "state", "zip", "phone"),
    Claim: ("id", "claim_number", "injury_date"),
    Case: (
        "id", "number", "priority", "state", "worker_id", "claim_id", "owner_id", "assigned_on", "created_at",
        "stage_since", "version", "next_due_at", "next_due_clock", "next_target_on",
    ),
    Application: ("case_id", "received_at", "signed", "signed_by", "ur_decision_attached", "channel"),
    UtilizationReview: ("case_id", "decision_date", "served_date", "service", "outcome", "kind", "rfa_date"),
    Party: (
        "case_id", "position", "role", "organization_id", "organization_name", "person_id", "line1", "city", "state",
        "zip", "serve_by",
    ),
    Diagnosis: ("case_id", "position", "text", "icd10"),
    DisputedItem: ("case_id", "position", "service", "category", "body_part"),
    Document: ("case_id", "position", "title", "kind", "date", "pages", "received_at", "from_role"),
    CaseEvent: ("case_id", "at", "kind", "sentence", "facts", "actor_name"),
    Deadline: (
        "case_id", "clock", "first_clock", "trigger_on", "because", "due_on", "due_at", "started_at", "met_at",
        "ended_at",
    ),
    RecordRequest: (
        "case_id", "position", "key", "label", "needed", "kinds", "owed_by", "asked_at", "due_at", "received_at",
    ),
}  # fmt: skip


class _Tables:
    """One table per model of a case, with the columns that the caseload fills."""

    def __init__(self) -> None:
        made = {model: Table(model, columns) for model, columns in _COLUMNS.items()}
        self.all = list(made.values())
        self.worker, self.claim, self.case, self.application, self.review = self.all[:5]
        self.party, self.diagnosis, self.item, self.document, self.event = self.all[5:10]
        self.deadline, self.request = self.all[10:]


#: Whom the records are asked of: the party's key is known only when it is written.
_WHO_OWES_SQL = """
UPDATE cases_recordrequest request SET party_id = party.id FROM cases_party party
WHERE request.case_id BETWEEN %s AND %s AND party.case_id = request.case_id AND party.role = request.owed_by
"""


def _write_chunk(
    received: list[dt.datetime], pools: Pools, chance: Random, now: dt.datetime, also: Also | None
) -> Counter[str]:
    tables = _Tables()
    size = len(received)
    with without_triggers([table.model for table in tables.all]):
        numbers = _numbers(received)
        workers, claims, cases = (reserve_ids(model, size) for model in (Worker, Claim, Case))
        laid = []
        for place, moment in enumerate(received):
            life = live(received=moment, now=now, chance=chance)
            ids = (cases + place, workers + place, claims + place)
            _lay(tables, ids, numbers[place], life, pools, chance)
            laid.append(Seeded(cases + place, life))
        written = Counter({table.model.__name__: table.write() for table in tables.all})
        with connection.cursor() as cursor:
            cursor.execute(_WHO_OWES_SQL, [cases, cases + size - 1])
        if also:
            also(laid)
    return written


def _numbers(received: list[dt.datetime]) -> list[str]:
    """The next free numbers of each year; the counter's row stays locked to the end of the chunk."""
    years = Counter(f"CM{house_date(moment):%y}" for moment in received)
    following: dict[str, int] = {}
    for prefix, size in sorted(years.items()):
        CaseNumberCounter.objects.get_or_create(prefix=prefix)
        counter = CaseNumberCounter.objects.select_for_update().get(prefix=prefix)
        highest = Case.objects.filter(number__startswith=f"{prefix}-").order_by("-number").first()
        following[prefix] = max(counter.last, int(highest.number[5:]) if highest else 0) + 1
        CaseNumberCounter.objects.filter(pk=counter.pk).update(last=following[prefix] + size - 1)
    numbers = []
    for moment in received:
        prefix = f"CM{house_date(moment):%y}"
        numbers.append(f"{prefix}-{following[prefix]:07d}")
        following[prefix] += 1
    return numbers


def _lay(tables: _Tables, ids: tuple[int, int, int], number: str, life: Life, pools: Pools, chance: Random) -> None:
    case, worker, claim = ids
    first, last = chance.choice(words.FIRST_NAMES), last_name(chance)
    received_on = house_date(life.received)
    decided = received_on - dt.timedelta(days=chance.randint(5, 28))
    injured = decided - dt.timedelta(days=chance.randint(60, 4000))
    born = dt.date(chance.randint(1948, 2004), chance.randint(1, 12), chance.randint(1, 28))
    tables.worker.add(
        worker, first, last, born, chance.choice(("male", "female")), *_address(chance),
        f"559-555-{chance.randint(100, 199):04d}",
    )  # fmt: skip
    tables.claim.add(claim, f"{chance.choice('ABCDEFGH')}{chance.randint(10**7, 10**8 - 1)}", injured)
    _lay_case(tables, ids, number, life, pools, chance)
    tables.application.add(case, life.received, True, "worker", True, chance.choice(("mail", "fax", "electronic")))
    tables.review.add(
        case, decided, decided, "mail_ca", chance.choice(("denied", "denied", "modified")), "prospective",
        decided - dt.timedelta(days=5),
    )  # fmt: skip
    _lay_parties(tables, case, pools, chance)
    for place, (text, code) in enumerate(chance.sample(words.DIAGNOSES, chance.choice((1, 1, 2))), 1):
        tables.diagnosis.add(case, place, text, code)
    for place in range(1, chance.choices(_ITEMS, _ITEM_WEIGHTS)[0] + 1):
        tables.item.add(case, place, *chance.choice(words.TREATMENTS))
    _lay_documents(tables, case, life, decided, chance)
    _lay_events(tables, case, life)
    _lay_clocks(tables, case, life)


def _lay_case(
    tables: _Tables, ids: tuple[int, int, int], number: str, life: Life, pools: Pools, chance: Random
) -> None:
    case, worker, claim = ids
    running = [one for one in _clocks(life) if one.open]
    first = min(running, key=lambda one: one.due, default=None)
    target_days = _TARGETS.get(life.state)
    target = house_date(life.since + target_days * _pace(life) * _DAY) if target_days else None
    held = life.steps and life.state not in State.ended() and chance.random() < _HELD
    owner = few_have_most(chance, pools.coordinators) if held else None
    assigned = life.entered(State.RECORDS)
    tables.case.add(
        case, number, "expedited" if life.expedited else "standard", str(life.state), worker, claim, owner,
        house_date(assigned) if assigned else None, life.received, life.since, len(life.steps) + 1,
        first.due if first else None, first.clock if first else "", target,
    )  # fmt: skip


@dataclass(frozen=True)
class _Clock:
    clock: str
    since: dt.datetime
    due: dt.datetime
    met: dt.datetime | None
    ended: dt.datetime | None

    @property
    def open(self) -> bool:
        return self.met is None and self.ended is None


def _pace(life: Life) -> float:
    return _EXPEDITED_PACE if life.expedited else 1


def _clocks(life: Life) -> Iterator[_Clock]:
    """The clocks that the case has started, as its way would have."""
    ended = life.since if life.state in State.ended() else None
    for state, (clock, days) in _CLOCKS.items():
        since = life.entered(state)
        if since is not None:
            met = life.entered(_MET_BY[state])
            yield _Clock(clock, since, since + days * _pace(life) * _DAY, met, None if met else ended)


def _lay_clocks(tables: _Tables, case: int, life: Life) -> None:
    for one in _clocks(life):
        since, due = house_date(one.since), house_date(one.due)
        tables.deadline.add(
            case, one.clock, one.clock, since, "invented caseload", due, one.due, one.since, one.met, one.ended
        )
        if one.clock == _CLOCKS[State.RECORDS][0]:
            for place, (key, label, kinds) in enumerate(_ASKED, 1):
                tables.request.add(
                    case, place, key, label, "always", kinds, "claims_administrator", one.since, one.due, one.met
                )


def _lay_parties(tables: _Tables, case: int, pools: Pools, chance: Random) -> None:
    roles = [("employer", "employer"), ("claims_administrator", "administrator"), ("utilization_reviewer", "other")]
    place = 0
    for place, (role, kind) in enumerate(roles, 1):
        chosen = few_have_most(chance, pools.organizations[kind])
        serve = "electronic" if role == "claims_administrator" else "mail"
        tables.party.add(case, place, role, chosen.pk, chosen.name, None, *_address(chance), serve)
    people = [("requesting_physician", "medical_group", pools.physicians)]
    if chance.random() < _WITH_ATTORNEY:
        people.append(("worker_attorney", "law_firm", pools.attorneys))
    for role, kind, persons in people:
        place += 1
        chosen, person = few_have_most(chance, pools.organizations[kind]), few_have_most(chance, persons)
        tables.party.add(case, place, role, chosen.pk, chosen.name, person.pk, *_address(chance), "mail")


def _lay_documents(tables: _Tables, case: int, life: Life, decided: dt.date, chance: Random) -> None:
    tables.document.add(
        case, 1, "Application form", "application_form", None, 2, life.received, "",
    )  # fmt: skip
    tables.document.add(
        case, 2, "Utilization review decision", "utilization_review_decision", decided, chance.randint(3, 9),
        life.received, "",
    )  # fmt: skip
    if complete := life.entered(State.READY):
        for place in range(3, 3 + chance.choice((1, 1, 2, 3))):
            title, kind = chance.choice(words.REPORTS)
            written = decided - dt.timedelta(days=chance.randint(5, 150))
            tables.document.add(
                case, place, title, kind, written, chance.randint(2, 60), complete, "claims_administrator"
            )


def _lay_events(tables: _Tables, case: int, life: Life) -> None:
    tables.event.add(case, life.received, "taken_in", "Application taken in.", {}, "seed_caseload")
    for step in life.steps:
        facts = {"from": str(step.before), "to": str(step.after)}
        sentence = f"{step.event.label}: {step.before.label} → {step.after.label}."
        tables.event.add(case, step.at, f"moved.{step.event}", sentence, facts, "seed_caseload")


def _address(chance: Random) -> tuple[str, str, str, str]:
    city, code = chance.choice(words.CITIES)
    return f"{chance.randint(1, 2400)} {chance.choice(words.STREETS)} Street", city, "CA", code
