"""What the desk of names shows beside two names: where each was typed, and which cases and reviewers hang on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Count, F, Q, QuerySet

from cases.models import Case, Organization, OrganizationAlias, OrganizationPair, OrganizationParent, Party
from reviews.models import Affiliation, BillingOrganization, ProductInterest, Reviewer

#: So many cases and reviewers are named on the page of one pair.
MOST_NAMED = 20
_TIES = (Affiliation, BillingOrganization, ProductInterest)


@dataclass
class Evidence:
    """What hangs on an organization: how many cases name it, how many reviewers are tied to it; aliases, parents."""

    cases: int = 0
    reviewers: int = 0
    aliases: list[str] = field(default_factory=list)
    parents: list[OrganizationParent] = field(default_factory=list)


def waiting_pairs(text: str = "", *, case: Case | None = None) -> QuerySet[OrganizationPair]:
    """Pairs nobody has decided on, the likest first; those of merged organizations are settled with them.

    case: only of organizations that are its parties.
    """
    rows = OrganizationPair.objects.open().filter(first__merged_into=None, second__merged_into=None)
    if case is not None:
        named = Party.objects.filter(case=case, organization__isnull=False).values("organization")
        rows = rows.filter(Q(first__in=named) | Q(second__in=named))
    return _with(rows, text).order_by("-score", "pk")


def decided_pairs(text: str = "") -> QuerySet[OrganizationPair]:
    """Pairs that were decided, the latest first."""
    rows = OrganizationPair.objects.exclude(decision=OrganizationPair.Decision.OPEN)
    return _with(rows, text).order_by("-decided_at", "-pk")


def _with(rows: QuerySet[OrganizationPair], text: str) -> QuerySet[OrganizationPair]:
    rows = rows.select_related("first", "second")
    return rows.filter(first__name__icontains=text) | rows.filter(second__name__icontains=text) if text else rows


def evidence_of(organizations: Iterable[int]) -> dict[int, Evidence]:
    """Evidence of each organization, in six statements however many they are."""
    asked = set(organizations)
    found: dict[int, Evidence] = defaultdict(Evidence)
    parties = Party.objects.filter(organization__in=asked).order_by().values("organization")
    for row in parties.annotate(number=Count("case", distinct=True)):
        found[row["organization"]].cases = row["number"]
    reviewers: dict[int, set[int]] = defaultdict(set)
    for model in _TIES:
        rows: QuerySet[Any] = QuerySet(model).filter(organization__in=asked)
        for organization, reviewer in rows.values_list("organization_id", "reviewer_id"):
            reviewers[organization].add(reviewer)
    for organization, some in reviewers.items():
        found[organization].reviewers = len(some)
    for organization, name in (
        OrganizationAlias.objects.filter(organization__in=asked).order_by("pk").values_list("organization_id", "name")
    ):  # fmt: skip
        found[organization].aliases.append(name)
    for link in OrganizationParent.objects.filter(child__in=asked).select_related("parent").order_by("pk"):
        found[link.child_id].parents.append(link)
    return {pk: found[pk] for pk in asked}


def cases_naming(organization: Organization) -> list[Case]:
    """The latest cases in which the organization has a part."""
    return list(Case.objects.filter(parties__organization=organization).distinct().order_by("-pk")[:MOST_NAMED])


def reviewers_tied_to(organization: Organization) -> list[Reviewer]:
    """Reviewers who have to do with the organization."""
    held: set[int] = set()
    for model in _TIES:
        rows: QuerySet[Any] = QuerySet(model).filter(organization=organization)
        held.update(rows.values_list("reviewer_id", flat=True))
    return list(Reviewer.objects.filter(pk__in=held).order_by("last_name", "first_name", "pk")[:MOST_NAMED])


def history_of(pair: OrganizationPair) -> list[dict[str, Any]]:
    """What was decided about the pair, and taken back, the latest first: for the timeline."""
    rows = apps.get_model("cases", "OrganizationPairHistory").objects.filter(pgh_obj_id=pair.pk)
    events = []
    for row in rows.annotate(who=F("pgh_context__metadata__actor")).order_by("-pgh_created_at", "-pgh_id"):
        label = OrganizationPair.Decision(row.decision).label
        found = row.pgh_label == "insert"
        events.append(
            {
                "when": row.pgh_created_at,
                "what": "Found to be alike" if found else "Undone: open again" if row.decision == "open" else label,
                "who": "" if found else row.who or row.decided_by,
                "note": row.why if found else "",
                "icon": "search" if found else "arrow-counterclockwise" if row.decision == "open" else "check2",
            }
        )  # fmt: skip
    return events
