"""The status of a case for its parties: public, by three facts that stand on every letter or are the worker's own."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from accounts.access import PUBLIC, needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.status import StatusForm
from cases.rules.public_status import Missing, PublicStatus
from cases.services.public_status import find_case, normal_number, status_of, wording

log = logging.getLogger(__name__)
#: Tries by address and by case number; a number that does not exist counts like one that does.
_RATES = {"status": "40/h/ip,12/h/key"}
_FALLBACK = "other"
_MONTHS = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip


@needs(PUBLIC)  # parties have no accounts; three facts stand in for one
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def case_status(request: HttpRequest) -> HttpResponse:
    """GET asks for number, birth date and ZIP; POST shows the status. Nothing of it ever stands in an address."""
    now = timezone.now()
    languages = wording()
    language = request.GET.get("lang", "en")
    language = language if language in languages else "en"
    words = languages[language]
    form = StatusForm(request.POST if request.method == "POST" else None, words=words)
    context: dict[str, Any] = {"form": form, "words": words, "language": language, "languages": languages}
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/status.html", context, status=422 if form.is_bound else 200)
    number = normal_number(form.cleaned_data["number"])
    if refused := _limited(request, number):
        form.add_error(None, words[refused])
        return render(request, "cases/status.html", context, status=429 if refused == "too_many" else 503)
    case = find_case(number=number, birth_date=form.cleaned_data["birth_date"], zip_code=form.cleaned_data["zip"])
    act = Act.VIEWED if case else Act.REFUSED
    note_access(act=act, request=request, now=now, target="Status for parties", target_key=number, detail="status page")
    if case is None:
        form.add_error(None, words["wrong"])
        return render(request, "cases/status.html", context, status=422)
    context.update(shown=_shown(status_of(case, now=now), words, language), number=case.number)
    return render(request, "cases/status.html", context)


def _limited(request: HttpRequest, number: str) -> str:
    """ "too_many" after too many tries, "shut" while tries cannot be counted, else nothing."""
    try:
        allowed = ratelimit.consume(request, app="cases", action="status", config=_RATES, key=number)
    except RedisError as error:
        log.error("status.tries_uncounted", extra={"error": type(error).__name__})  # noqa: TRY400 - no trace is needed
        return "shut"
    return "" if allowed else "too_many"


def _shown(status: PublicStatus, words: dict[str, Any], language: str) -> dict[str, Any]:
    """The status in words."""
    return {
        "steps": [{"label": words["stages"][key][0], "state": state} for key, state in status.steps],
        "now": words["states"][status.state],
        "reasons": [_word(words["reasons"], code) for code in status.reasons],
        "fix_until": words["fix_until"].format(date=_day(status.fix_until, language)) if status.fix_until else "",
        "missing": [_missing(one, words) for one in status.missing],
        "next_words": _word(words["clocks"], status.next_clock) if status.next_on else "",
        "next_day": _day(status.next_on, language) if status.next_on else "",
        "late": status.late,
    }


def _missing(one: Missing, words: dict[str, Any]) -> dict[str, str]:
    who = _word(words["roles"], one.role)
    if one.kind == "answer":
        return {"what": words["answer_due"].format(who=who), "who": ""}
    return {"what": _word(words["records"], one.key), "who": words["from_whom"].format(who=who)}


def _word(table: dict[str, str], key: str) -> str:
    return table.get(key, table[_FALLBACK])


def _day(day: dt.date | None, language: str) -> str:
    if day is None:
        return ""
    if months := _MONTHS.get(language):
        return f"{day.day} de {months[day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"
