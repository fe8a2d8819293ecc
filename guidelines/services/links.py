"""Whether the addresses of the library still answer: asked by a task, told on the editor's desk."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from guidelines.models import LinkCheck, Publication, Section

_PATIENCE_SECONDS = 10
_EVERY = dt.timedelta(days=7)
_BROKEN_AGAIN = dt.timedelta(days=1)
AT_ONCE = 100
#: Answers that say "not for you", which a licensed source says to everybody without its account.
_GUARDED = frozenset({401, 402, 403, 405, 429})
_FIRST_REDIRECTION = 300  # one that was not followed: it leads nowhere on the web

#: address -> status of the answer; raises OSError, http.client.HTTPException or ValueError.
Opener = Callable[[str], int]


class _SameRules(urllib.request.HTTPRedirectHandler):
    """Follows a redirection by the rules of the first address."""

    def __init__(self, own_network: bool) -> None:
        self.own_network = own_network

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _check_address(newurl, own_network=self.own_network)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_address(address: str, *, own_network: bool) -> None:
    """Web addresses outside the house only: a link of the library must not make the site ask its own servers."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no web address")
    if own_network:
        return
    for _, _, _, _, where in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(where[0]).partition("%")[0]).is_global:
            raise ValueError("lies in a network of the house, which is not asked")


def open_address(address: str, *, own_network: bool = False) -> int:
    """Ask for the head of a page; a server that knows no HEAD is asked for the page.

    own_network: also addresses that no outsider reaches (tests have their server there).
    """
    _check_address(address, own_network=own_network)
    opener = urllib.request.build_opener(_SameRules(own_network))
    opener.addheaders = [("User-Agent", "imr-site link check")]
    try:
        with opener.open(urllib.request.Request(address, method="HEAD"), timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            if error.code not in (405, 501):
                return error.code
    with opener.open(urllib.request.Request(address), timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - checked above
        return int(answer.status)


def addresses() -> dict[str, list[str]]:
    """Every address of the library -> the sections and publications that name it: two queries."""
    found: dict[str, list[str]] = {}
    sections = Section.objects.exclude(deep_link="").select_related("edition__publication").only(
        "heading", "deep_link", "edition__year", "edition__publication__name"
    )  # fmt: skip
    for section in sections:
        found.setdefault(section.deep_link, []).append(f"{section.heading} ({section.edition})")
    for publication in Publication.objects.exclude(url="").only("name", "url"):
        found.setdefault(publication.url, []).append(publication.name)
    return found


def check_links(*, now: dt.datetime, opener: Opener = open_address, limit: int = AT_ONCE) -> int:
    """Try the addresses whose turn it is, the longest untried first; returns how many.

    No transaction is open while a server is waited for. What answers is tried weekly, what does not daily. Addresses
    that the library no longer names are forgotten.
    """
    named = list(addresses())
    LinkCheck.objects.exclude(address__in=named).delete()
    known = {row.address: row for row in LinkCheck.objects.all()}
    due = [one for one in named if one not in known or known[one].checked_at <= now - _turn(known[one])]
    due.sort(key=lambda one: known[one].checked_at if one in known else dt.datetime.min.replace(tzinfo=dt.UTC))
    for address in due[:limit]:
        works, answer = _tried(address, opener)
        _keep(address, works=works, answer=answer, now=now)
    return len(due[:limit])


def _turn(row: LinkCheck) -> dt.timedelta:
    return _EVERY if row.works else _BROKEN_AGAIN


def _tried(address: str, opener: Opener) -> tuple[bool, str]:
    try:
        status = opener(address)
    except urllib.error.URLError as error:
        reason = error.reason
        return False, "no answer in time" if isinstance(reason, TimeoutError) else _short(
            f"cannot be reached ({reason})"
        )
    except TimeoutError:
        return False, "no answer in time"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return False, _short(f"cannot be reached ({error})")
    if status in _GUARDED:
        return True, f"asks for an account ({status})"
    words = http.client.responses.get(status, "")
    return status < _FIRST_REDIRECTION, f"{status} {words}".strip()


def _short(text: str) -> str:
    return text[:200]


def _keep(address: str, *, works: bool, answer: str, now: dt.datetime) -> None:
    with transaction.atomic():
        row = LinkCheck.objects.select_for_update().filter(address=address).first() or LinkCheck(address=address)
        row.broken_since = None if works else row.broken_since or now
        row.works, row.answer, row.checked_at = works, answer, now
        row.save()


def broken_links(among: Iterable[str] | None = None) -> list[LinkCheck]:
    """Addresses that did not answer when they were last tried, the longest broken first."""
    rows = LinkCheck.objects.filter(works=False).order_by("broken_since", "address")
    return list(rows if among is None else rows.filter(address__in=list(among)))
