"""How the desk answers with a year's caseload, from the server: queues, dashboard, search, import; beside named
alternatives.

Run: .venv/bin/python bench/caseload.py [--cases 200000] [--import 10000] [--rounds 30] [--keep DIR]. Starts servers of
its own in a temporary folder; with --keep the folder and its caseload stay for the next run. Prints the 95th percentile
and the median in milliseconds, the CPU time behind the median (Python and its database process, whatever else the
machine is doing), the number of SQL statements, and the ratio against the alternative named beside each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMIT_MS, SEARCH_LIMIT_MS, IMPORT_LIMIT_S = 150, 100, 120
SEARCHES = (
    "CM26-0012345",
    "CM26-01",
    "maria",
    "tran",
    "maria alva",
    "lopez",
    "okaton jose",
    "A1234",
    "jo",
    "nobody xx",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--import", type=int, default=10_000, dest="rows")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--keep", type=Path, help="folder that stays, with its caseload")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imr-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        os.environ.update({"IMR_VAR": str(folder), "IMR_DEMO": "1"})
        os.environ.setdefault("IMR_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")
        from imr_site.embedded import embedded_servers

        stack.enter_context(embedded_servers())
        import django

        django.setup()
        logging.disable(logging.INFO)  # a line a request would be measured too
        lay(options.cases)
        measure(options.rounds)
        if options.rows:
            measure_import(options.rows)


def lay(count: int) -> None:
    """The caseload, unless an earlier run left it."""
    from django.core.management import call_command
    from django.utils import timezone

    from cases.models import Case
    from cases.services.desk.dashboard import refresh_figures
    from cases.services.desk.integrity import check_all

    call_command("migrate", verbosity=0)
    missing = count - Case.objects.count()
    if missing > 0:
        call_command("seed_caseload", cases=missing, reviewers=300)
    began = time.perf_counter()
    refresh_figures(now=timezone.now())
    print(f"figures of the dashboard worked out in {time.perf_counter() - began:.1f} s, on a schedule")
    began = time.perf_counter()
    found = check_all(now=timezone.now())
    print(f"nightly check in {time.perf_counter() - began:.1f} s: {found}")


def measure(rounds: int) -> None:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from cases.services.desk.queues import TABS
    from cases.services.desk.search import find_cases

    settings.ALLOWED_HOSTS = ["testserver"]
    people = list(User.objects.filter(email__startswith="coordinator").order_by("pk")[:5])
    clients = []
    for person in people:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        clients.append(client)

    def get(path: str):
        return lambda turn: clients[turn % len(clients)].get(path)

    print(f"\nload of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'page':32} {'p95 ms':>8} {'median':>8} {'CPU':>6} {'SQL':>4}   {'ratio':>6}  against")
    for tab in TABS:
        line(
            f"queue {tab.key}", get(f"/cases/?tab={tab.key}"), rounds, naive_tab(tab, people[0]), "joins, whole counts"
        )
    line("queue open, filtered", get("/cases/?tab=open&owner=nobody&state=records&older=15"), rounds)
    line("dashboard", get("/cases/dashboard/"), rounds, naive_dashboard, "days per stage at every look")
    print(f"\nlimit for each of these: {LIMIT_MS} ms\n")
    for text in SEARCHES:
        line(
            f"search “{text}”",
            lambda turn, text=text: clients[turn % len(clients)].post("/cases/search/", {"q": text}),
            rounds,
            lambda text=text: naive_search(text),
            "one query of joined ORs, without the page",
            part=lambda text=text: list(find_cases(text)[:101]),
        )
    print(f"\nlimit for a search: {SEARCH_LIMIT_MS} ms")


def line(name: str, act, rounds: int, naive=None, against: str = "", part=None) -> None:
    """One line of the table. part: what of the act the naive way does, where it is not the whole page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act(0)
    with CaptureQueriesContext(connection) as asked:
        answer = act(0)
        statements = len(asked.connection.queries) - asked.initial_queries
    if answer.status_code not in (200, 302):
        raise SystemExit(f"{name}: status {answer.status_code}")
    work = sorted(worked(lambda turn=turn: act(turn)) for turn in range(min(rounds, 9)))
    times = sorted(timed(lambda turn=turn: act(turn)) for turn in range(rounds))
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    said = f"{name:32} {p95:8.1f} {times[len(times) // 2]:8.1f} {work[len(work) // 2]:6.1f} {statements:4}"
    if naive:
        naive()
        slow = min(timed(naive) for _ in range(3))
        ours = min(timed(part) for _ in range(3)) if part else times[len(times) // 2]
        said += f"   {slow / ours:6.1f}  {against} ({slow:.0f} ms{f' to {ours:.0f}' if part else ''})"
    print(said, flush=True)


def timed(act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def worked(act) -> float:
    """Milliseconds of CPU that an act costs here and in the database's process of this connection."""
    from django.db import connection

    connection.ensure_connection()
    ran = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    before, here = int(ran.read_text().split()[0]), time.process_time()
    act()
    return (time.process_time() - here) * 1000 + (int(ran.read_text().split()[0]) - before) / 1e6


def naive_tab(tab, person):
    """The list as one would write it first: everything joined and grouped, every tab counted to its end."""
    from django.db.models import Count
    from django.utils import timezone

    from cases.services.desk.queues import TABS, Asker

    asker = Asker(person.pk, timezone.now())

    def act() -> None:
        rows = tab.in_order(asker).select_related("worker", "claim", "owner").annotate(n=Count("items"))
        list(rows[:50])
        for one in TABS:
            one.cases(asker).count()

    return act


def naive_dashboard() -> None:
    from django.utils import timezone

    from cases.services.desk.dashboard import dashboard, refresh_figures

    refresh_figures(now=timezone.now())
    dashboard(now=timezone.now())


def naive_search(text: str) -> None:
    from django.db.models import Q

    from cases.models import Case

    found = Case.objects.all()
    for word in text.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(claim__claim_number__icontains=word)
            | Q(worker__first_name__icontains=word)
            | Q(worker__last_name__icontains=word)
        )
    list(found.order_by("-pk").select_related("worker", "claim")[:101])


def measure_import(count: int) -> None:
    """import_cases of `count` rows, one of them broken, beside a full caseload; then the same file again."""
    with tempfile.TemporaryDirectory() as folder:
        feed = list(rows(count))
        broken = feed[count // 2]
        del broken["claim"]["injury_date"]
        path = Path(folder) / "cases.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in feed), encoding="utf-8")
        answers: list[tuple[float, dict]] = []
        work = worked(lambda: answers.append(imported(path))) / count
        seconds, answer = answers.pop()
        alone = one_by_one(min(count, 200), Path(folder))
        each = seconds / count * 1000
        print(f"\nload of the machine: {os.getloadavg()[0]:.1f}")
        print(
            f"import of {count:,} cases: {seconds:.1f} s, {each:.1f} ms a case ({work:.1f} of CPU), {counted(answer)}"
        )
        print(f"  ratio {alone / each:.1f} against the same rows one by one ({alone:.1f} ms a case)")
        for what, one in (("", each), (" by CPU", work)):
            print(f"  limit {IMPORT_LIMIT_S} s for 10,000{what}: {one * 10 / IMPORT_LIMIT_S:.2f} of it")
        said = [row for row in answer["results"] if row["status"] == "rejected"]
        print(f"  the broken row: {said}")
        if (answer["accepted"], answer["rejected"]) != (count - 1, 1) or "claim.injury_date" not in said[0]["reason"]:
            raise SystemExit(
                "not every good row was taken, or the broken one was not refused for what is wrong with it"
            )
        seconds, answer = imported(path)
        print(f"the same file again: {seconds:.1f} s ({seconds / count * 1000:.1f} ms a case), {counted(answer)}")
        if (answer["accepted"], answer["duplicate"]) != (0, count - 1):
            raise SystemExit("the second run took something in")


def imported(path: Path) -> tuple[float, dict]:
    """Seconds and the answer of import_cases; a refused row is no failure here."""
    from io import StringIO

    from django.core.management import CommandError, call_command

    out = StringIO()
    began = time.perf_counter()
    with contextlib.suppress(CommandError):
        call_command("import_cases", str(path), json=True, stdout=out)
    return time.perf_counter() - began, json.loads(out.getvalue())


def counted(answer: dict) -> dict:
    return {key: value for key, value in answer.items() if key != "results"}


def one_by_one(count: int, folder: Path) -> float:
    """Milliseconds a case, each row in a transaction of its own: the named alternative."""
    from django.utils import timezone

    from cases.services.case_import import import_row
    from common.actor import Actor
    from common.services.exchange import Row

    actor, now = Actor.system("import_cases"), timezone.now()
    feed = [Row(number, row, raw=row) for number, row in enumerate(rows(count), 1)]
    return timed(lambda: [import_row(row=row, files_base=folder, actor=actor, now=now) for row in feed]) / count


def rows(count: int):
    """Exchange rows of invented applications."""
    from cases.services.seeding import words
    from cases.services.seeding.pools import last_name

    chance = random.Random(time.time_ns())
    run = chance.randint(0, 10**9)
    for number in range(count):
        city, code = chance.choice(words.CITIES)
        place, trade = chance.choice(words.PLACES), chance.choice(words.TRADES["employer"])
        yield {
            "external_id": f"bench-{run}-{number}",
            "jurisdiction": "california",
            "priority": "standard",
            "worker": {
                "first_name": chance.choice(words.FIRST_NAMES), "last_name": last_name(chance),
                "birth_date": f"{chance.randint(1950, 2000)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                "address": {"line1": "12 Orchard Street", "city": city, "state": "CA", "zip": code},
            },
            "claim": {"claim_number": f"BN{run % 1000:03}{number:07}", "injury_date": "2024-05-06"},
            "parties": [
                {"role": "employer", "organization": f"{place} {trade}"},
                {"role": "claims_administrator", "organization": f"{place} Claims Services", "serve_by": "electronic"},
                {
                    "role": "requesting_physician",
                    "organization": f"{place} Spine Group",
                    "person": {"first_name": "Peter", "last_name": last_name(chance), "npi": f"18{number:08}"},
                },
            ],
            "utilization_review": {
                "decision_date": "2026-10-20", "served_date": "2026-10-21", "service": "mail_ca", "outcome": "denied",
            },
            "application": {
                "received_at": "2026-11-02T09:15:00-08:00", "signed": True, "signed_by": "worker",
                "ur_decision_attached": True, "channel": "electronic",
            },
            "diagnoses": [{"text": "Lumbar strain", "icd10": "S39.012A"}],
            "items": [
                {"service": chance.choice(words.TREATMENTS)[0]} for _ in range(chance.choice((1, 1, 1, 2, 2, 4, 7)))
            ],
            "documents": [
                {"title": "Utilization review decision", "kind": "utilization_review_decision", "date": "2026-10-20"},
            ],
        }  # fmt: skip


if __name__ == "__main__":
    main()
