"""What a roster file may not undo: a licence or certification that staff have looked up since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from common.errors import InputRefusal
from common.services.exchange import parse_date
from reviews.models import CredentialCheck, Reviewer
from reviews.models.credentialing import Kind
from reviews.rules.dates import shown
from reviews.services.credential_file import about_of


def refuse_older_checks(reviewer: Reviewer, row: dict[str, Any]) -> None:
    """Raises InputRefusal where the file says something else than the roster about a credential that was checked on
    this site after the check that the file brings: a restriction that staff found must not go away with an old file."""
    checked = _checked_here(reviewer)
    if not checked:
        return
    problems = [
        f"{path}: {about} was checked here on {shown(checked[kind, about])} and stands otherwise on the roster. "
        "Bring its newer check, or leave the row as it is here."
        for path, kind, about, given, differs in _credentials(reviewer, row)
        if (kind, about) in checked and differs and not (given and parse_date(given) >= checked[kind, about])
    ]
    if problems:
        raise InputRefusal("roster.older_check", " ".join(problems))


def keep_newer_checks(reviewer: Reviewer, lists: dict[str, list[dict[str, Any]]]) -> None:
    """lists: of the file, by relation. What was looked up here after the file's check stays verified by that."""
    checked = _checked_here(reviewer)
    for kind, relation in ((Kind.LICENSE, "licenses"), (Kind.CERTIFICATION, "certifications")) if checked else ():
        rows: Any = getattr(reviewer, relation)
        here = {about_of(one): one for one in rows.all()}
        for facts in lists[relation]:
            about = about_of(rows.model(**facts))
            day, given = checked.get((kind, about)), facts.get("verified_on")
            if about in here and day is not None and (given is None or given < day):
                facts |= {name: getattr(here[about], name) for name in ("verified_on", "verified_by", "source")}


def _checked_here(reviewer: Reviewer) -> dict[tuple[str, str], dt.date]:
    """(kind, about) -> day of the newest check."""
    rows = CredentialCheck.objects.filter(reviewer=reviewer).order_by("checked_on", "pk")
    return {(kind, about): day for kind, about, day in rows.values_list("kind", "about", "checked_on")}


def _credentials(reviewer: Reviewer, row: dict[str, Any]) -> Iterator[tuple[str, str, str, str | None, bool]]:
    """(path, kind, about, day of the file's check, whether the roster says something else) of each credential given or
    left out."""
    licenses = {str(one): one for one in reviewer.licenses.all()}
    for place, one in enumerate(row.get("licenses") or []):
        about = f"{one.get('state') or ''} {one['number'].strip()}"
        here = licenses.pop(about, None)
        same = here and (here.status, here.expires_on.isoformat()) == (one.get("status") or "", one["expires_on"])
        yield f"licenses[{place}]", Kind.LICENSE, about, one.get("verified_on"), not same
    for about in licenses:
        yield "licenses", Kind.LICENSE, about, None, True
    certifications = {str(one): one for one in reviewer.certifications.all()}
    for place, one in enumerate(row.get("certifications") or []):
        about = " / ".join(filter(None, [one["specialty"], one.get("subspecialty")]))
        found = certifications.pop(about, None)
        end = found.expires_on.isoformat() if found and found.expires_on else None
        yield (
            f"certifications[{place}]",
            Kind.CERTIFICATION,
            about,
            one.get("verified_on"),
            (found is None or end != one.get("expires_on")),
        )
