"""How long a batch assignment takes from database rows to the stored proposal, and the candidates of one case among a
large panel; beside named alternatives in the same run.

Run: .venv/bin/python bench/assignment.py [--sizes 1000x200,3000x800] [--panel 5000] [--rounds 3] [--keep DIR]. Starts
servers of its own in a temporary folder; with --keep the folder stays. Three reviewers are wanted for each case.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMITS = {(1000, 200): 0.6, (3000, 800): 6.0}
CANDIDATES_MS = 200
EACH = 3
AFFILIATIONS = 20
SAMPLE = 15
ROLES = ("employee", "contractor", "consultant", "staff_privileges", "officer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000x200,3000x800")
    parser.add_argument("--panel", type=int, default=5000, help="reviewers of the second part; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder that stays")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imr-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        os.environ.update({"IMR_VAR": str(folder), "IMR_DEMO": "1"})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imr_site.settings")
        from imr_site.embedded import embedded_servers

        stack.enter_context(embedded_servers())
        import django

        django.setup()
        logging.disable(logging.INFO)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for size in options.sizes.split(","):
            cases, people = map(int, size.split("x"))
            lay(cases, people)
            measure_runs(cases, people, options.rounds)
        if options.panel:
            lay(200, options.panel)
            measure_candidates(options.rounds * 10)


# --- the rows -------------------------------------------------------------------------------------------------------


def lay(cases: int, people: int) -> None:
    """Exactly so many ready cases and active reviewers, each with affiliations, expertise and room."""
    from django.db import connection
    from django.utils import timezone

    from cases.models import Case, Deadline
    from cases.services.seeding.caseload import seed_cases
    from cases.services.seeding.copying import without_triggers
    from common.days import california_date
    from reviews.models import Certification, License, Reviewer
    from reviews.services.seeding import hand_out, lay_reviewers

    now, chance = timezone.now(), random.Random(4610)
    reviewers = lay_reviewers(count=people, now=now)
    lay_interests(chance)
    Reviewer.objects.update(active=False)
    ids = [one.pk for one in reviewers[:people]]
    for model in (Certification, License):
        model.objects.update(verified_on=california_date(now))
    Reviewer.objects.filter(pk__in=ids).update(active=True, capacity_open_cases=40, capacity_per_week=40)
    missing = cases + cases // 2 - Case.objects.count()
    if missing > 0:
        seed_cases(count=missing, now=now, seed=4610 + cases, also=hand_out(reviewers), say=lambda _: None)
    free = Case.objects.filter(assignments=None).order_by("pk").values_list("pk", flat=True)
    chosen = list(free[:cases])
    if len(chosen) != cases:
        raise SystemExit("too few cases without an assignment")
    with without_triggers([Case, Deadline]):
        Case.objects.filter(state="ready").update(state="records")
        Case.objects.filter(pk__in=chosen).update(state="ready")
        Deadline.objects.filter(case__in=chosen, clock__startswith="determination").update(ended_at=now)
        Deadline.objects.bulk_create(
            Deadline(
                case_id=pk, clock="determination", first_clock="determination", trigger_on=now.date(),
                because="invented caseload", started_at=now, due_on=now.date() + dt.timedelta(days=days),
                due_at=now + dt.timedelta(days=days),
            )
            for pk in chosen
            for days in [chance.randint(5, 30)]
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def lay_interests(chance: random.Random) -> None:
    """Twenty affiliations a reviewer: mostly to houses that no case knows, some to those of the cases."""
    from cases.models import Organization
    from reviews.models import Affiliation, Reviewer

    if not Organization.objects.filter(name__startswith="Register House").exists():
        Organization.objects.bulk_create(
            Organization(
                name=f"Register House {number} {chance.choice(['Clinic', 'Hospital', 'Partners'])}",
                key=f"register house {number}", source="bench", registered=True,
            )
            for number in range(5000)
        )  # fmt: skip
    far = list(Organization.objects.filter(name__startswith="Register House").values_list("pk", flat=True))
    near = list(Organization.objects.exclude(name__startswith="Register House").values_list("pk", flat=True))
    words = ["lumbar spine", "shoulder", "knee", "physical therapy", "medication", "surgery", "cervical spine"]
    bare = list(Reviewer.objects.filter(affiliations=None))
    for one in bare:
        one.expertise = chance.sample(words, 2)
    Reviewer.objects.bulk_update(bare, ["expertise"], batch_size=1000)
    Affiliation.objects.bulk_create(
        [
            Affiliation(
                reviewer=one, role=chance.choice(ROLES),
                organization_id=chance.choice(near if near and place == 0 else far),
                organization_name="as typed", from_date=dt.date(2015, 1, 1), income_share_percent=2,
            )
            for one in bare
            for place in range(AFFILIATIONS)
        ],
        batch_size=5000,
    )  # fmt: skip


# --- the runs -------------------------------------------------------------------------------------------------------


def measure_runs(cases: int, people: int, rounds: int) -> None:
    from django.utils import timezone

    from common.actor import Actor
    from reviews.services import batch

    took, worked = [], []
    for _ in range(rounds):
        now = timezone.now()
        began, busy = time.perf_counter(), time.process_time()
        run = batch.begin(actor=Actor.system("bench"), now=now, seed=1, each=EACH, by_worker=False)
        run = batch.work_out(run_id=run.pk, now=now)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
    best, limit = min(took), LIMITS.get((cases, people))
    told = f"limit {limit} s: {'held' if best < limit else 'MISSED'}" if limit else "no limit"
    totals = run.totals
    print(
        f"{cases:,} cases x {people} reviewers, {EACH} each: rows to stored proposal in {best:.2f} s"
        f" (rounds {', '.join(f'{one:.2f}' for one in took)}); {told}"
    )
    print(f"  of it in this process: {min(worked):.2f} s of one core; load of the machine {os.getloadavg()[0]:.1f}")
    print(f"  {run.pairs.count():,} rows stored, {totals['unassigned']} cases short, mean score {totals['mean_score']}")
    stages(cases, best)


def stages(cases: int, best: float) -> None:
    """Where the time goes, and the alternatives: the gate asked case by case; a greedy hand-out; all arcs at once."""
    from django.utils import timezone

    from cases.models import Case
    from common.days import california_date
    from reviews.rules.flow import solve
    from reviews.services.batch.asking import ask
    from reviews.services.gate import ask_panel

    began = time.perf_counter()
    asked = ask(on=california_date(timezone.now()), seed=1, parameters={"each": EACH})
    asking = time.perf_counter() - began
    began = time.perf_counter()
    answer = solve(asked.problem)
    solving = time.perf_counter() - began
    rest = best - asking - solving
    print(f"  gate in the set form {asking:.2f} s, solve {solving:.2f} s, explain and store {rest:.2f} s")
    some = Case.objects.filter(pk__in=asked.judged.case_ids[:SAMPLE])
    began = time.perf_counter()
    for case in some:
        ask_panel(case=case, on=asked.judged.on)
    one_by_one = (time.perf_counter() - began) / len(some) * cases
    ratio = one_by_one / asking
    print(f"  alternative, the gate case by case: {one_by_one:.1f} s (from {len(some)} cases); ratio {ratio:.0f}")
    began = time.perf_counter()
    greedy = by_greed(asked.problem)
    print(
        f"  alternative, greedy in order of urgency: {time.perf_counter() - began:.2f} s;"
        f" seats empty {greedy[0]} against {int(answer.missing.sum())},"
        f" points {greedy[1]:,} against {answer.cost.points:,} ({greedy[1] / max(1, answer.cost.points) - 1:+.1%})"
    )
    began = time.perf_counter()
    whole = solve(asked.problem, pruned=False)
    took = time.perf_counter() - began
    print(
        f"  alternative, every arc at once: {took:.2f} s, ratio {took / solving:.1f};"
        f" cost the same: {whole.cost[:2] == answer.cost[:2]} ({whole.cost} against {answer.cost})"
    )


def by_greed(problem: object) -> tuple[int, int]:
    """Each case in order of urgency takes its cheapest reviewers with a place: empty seats, and points."""
    import numpy as np

    from reviews.rules.flow.problem import prices_of

    prices, numbers = prices_of(problem), problem.numbers
    load, left = problem.load.copy(), problem.places.copy()
    empty = points = 0
    met = dict(problem.met)
    for case in np.argsort(-problem.urgency, kind="stable").tolist():
        cost = prices.points[case] + numbers.load_points * load + np.where(load >= numbers.minimum_cases, 100, 0)
        who, seats = int(problem.requester[case]), int(problem.seats[case])
        for one in np.argsort(cost, kind="stable").tolist():
            if not seats:
                break
            often = met.get((one, who), 0) if who >= 0 else 0
            if problem.score[case, one] < 0 or left[one] < 1 or often >= numbers.requester_cases:
                continue
            points += int(cost[one])
            load[one] += 1
            left[one] -= 1
            seats -= 1
            met[one, who] = often + 1
        empty += seats
    return empty, points


# --- the candidates of one case -------------------------------------------------------------------------------------


def measure_candidates(rounds: int) -> None:
    from django.utils import timezone

    from cases.models import Case
    from common.days import california_date
    from reviews.models import Affiliation, Reviewer
    from reviews.services.candidates import board_for

    on = california_date(timezone.now())
    some = list(Case.objects.filter(state="ready").order_by("pk")[: rounds + 2])
    took = []
    for case in some:
        began = time.perf_counter()
        board_for(case=case, on=on)
        took.append((time.perf_counter() - began) * 1000)
    took = took[2:]
    middle, high = statistics.median(took), sorted(took)[int(len(took) * 0.95) - 1]
    began = time.perf_counter()
    everybody = list(Reviewer.objects.with_gate_facts())
    alternative = (time.perf_counter() - began) * 1000
    print(
        f"candidates of one case among {len(everybody):,} reviewers and {Affiliation.objects.count():,} affiliations:"
        f" median {middle:.0f} ms, 95th percentile {high:.0f} ms; limit {CANDIDATES_MS} ms:"
        f" {'held' if high < CANDIDATES_MS else 'MISSED'}"
    )
    print(
        f"  alternative, loading the panel with everything that the gate may ask: {alternative:.0f} ms"
        f" before the first question; ratio {alternative / middle:.1f}"
    )


if __name__ == "__main__":
    main()
