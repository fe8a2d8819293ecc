from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases.services import arrival_checks, chasing, uploads
from cases.services.deadlines import recomputing, upkeep
from cases.services.desk import dashboard, integrity, presence
from cases.services.notices import catching_up
from common.actor import Actor, acting


@shared_task(name="cases.sweep_uploads", ignore_result=True, expires=3600)
def sweep_uploads() -> None:
    uploads.sweep(now=timezone.now())


@shared_task(name="cases.check_held", ignore_result=True, expires=300)
def check_held() -> None:
    arrival_checks.check_held_again(now=timezone.now())


@shared_task(name="cases.chase_records", ignore_result=True, expires=600)
def chase_records() -> None:
    """Remind administrators of records that are due; a missed run is caught up by the next."""
    actor = Actor.system("chaser of records")
    with acting(actor, "records are due"):
        chasing.sweep(actor=actor, now=timezone.now())


@shared_task(name="cases.notices_tick", ignore_result=True, expires=300)
def notices_tick() -> None:
    """Write held notices again, and send what is due and not sent; a missed run is caught up by the next."""
    actor = Actor.system("notices")
    with acting(actor, "notices that were held"):
        catching_up.catch_up(actor=actor, now=timezone.now())


@shared_task(name="cases.refresh_figures", ignore_result=True, expires=900)
def refresh_figures() -> None:
    dashboard.refresh_figures(now=timezone.now())


@shared_task(name="cases.check_cases", ignore_result=True, expires=3600)
def check_cases() -> None:
    """Nightly: what is stuck, and rows of presence that nobody needs."""
    now = timezone.now()
    integrity.check_all(now=now)
    presence.forget_old(now=now)


@shared_task(name="cases.notice_changed_rules", ignore_result=True, expires=60)
def notice_changed_rules() -> None:
    recomputing.notice_changed_rules(now=timezone.now())


@shared_task(name="cases.lay_missing_targets_out", ignore_result=True, expires=1800)
def lay_missing_targets_out() -> None:
    """Open clocks that lack an internal target get it."""
    actor = Actor.system("deadlines")
    with acting(actor, "internal targets were missing"):
        upkeep.lay_missing_targets_out(actor=actor, now=timezone.now())
