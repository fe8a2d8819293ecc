"""What became of the limits of sections, act by act, told from the history that the database keeps of each limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps

from guidelines.rules.limits import AsList, Limit

#: One act: its context, or the transaction of a statement without one.
Moment = tuple[Any, Any]
#: (section, act) -> its limits before and after.
LimitChanges = dict[tuple[int, Moment], tuple[list[AsList], list[AsList]]]


def moment(event: Any) -> Moment:
    """The act to which an event of the history belongs."""
    return event.pgh_context_id, None if event.pgh_context_id else event.pgh_created_at


def limit_changes(section_ids: Iterable[int]) -> LimitChanges:
    """Every change of the sections' limits: one query. What an act took away and put back is no change."""
    events: Any = apps.get_model("guidelines", "SectionLimitEvent")
    stand: dict[int, dict[int, Limit]] = defaultdict(dict)
    found: LimitChanges = {}
    for event in events.objects.filter(section_id__in=list(section_ids)).order_by("pgh_id"):
        limits = stand[event.section_id]
        key = (event.section_id, moment(event))
        before = found[key][0] if key in found else _listed(limits)
        if event.pgh_label == "delete":
            limits.pop(event.pgh_obj_id, None)
        else:
            limits[event.pgh_obj_id] = Limit(event.unit, event.minimum, event.maximum, event.weeks, event.condition)
        found[key] = (before, _listed(limits))
    return found


def _listed(limits: dict[int, Limit]) -> list[AsList]:
    return [one.as_list for one in sorted(limits.values(), key=lambda one: (one.condition, one.unit))]
