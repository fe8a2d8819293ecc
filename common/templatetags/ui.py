"""The parts that pages are built from; docs/look-guide.md shows each with the page it belongs on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.days import HOUSE_ZONE, date_in

register = template.Library()

#: Kind of state -> its icon. The word comes from the page, the colour from the style sheet: never colour alone.
STATE_ICONS = {
    "late": "exclamation-triangle-fill",
    "soon": "clock-fill",
    "done": "check-circle-fill",
    "active": "arrow-right-circle-fill",
    "waiting": "hourglass-split",
    "stopped": "slash-circle",
    "unknown": "question-circle",
}
#: A date nearer than this many days is marked as burning.
SOON_DAYS = 3

STAGE_ICONS = {
    "passed": "check-circle-fill",
    "present": "record-circle-fill",
    "next": "circle",
    "skipped": "dash-circle",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon by its bootstrap-icons name; hidden from screen readers unless it has a label of its own."""
    if label:
        return format_html('<i class="bi bi-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def state(kind: str, word: str) -> SafeString:
    """A state as icon, word and colour. kind: a key of STATE_ICONS."""
    return format_html('<span class="state state-{}">{} {}</span>', kind, icon(STATE_ICONS[kind]), word)


@register.filter
def day(value: dt.date | dt.datetime | None, zone: dt.tzinfo | None = None) -> str:
    """Jan 7, 2027. A moment is shown on its day in the zone: `|day:case.zone` for one of a case, else the house's."""
    if value is None:
        return ""
    date = date_in(value, zone or HOUSE_ZONE) if isinstance(value, dt.datetime) else value
    return f"{date:%b} {date.day}, {date.year}"


@register.filter
def moment(value: dt.datetime | None, zone: dt.tzinfo | None = None) -> str:
    """Jan 7, 2027, 4:05 pm PST; in the zone as `day` has it."""
    if value is None:
        return ""
    local = value.astimezone(zone or HOUSE_ZONE)
    hour = local.hour % 12 or 12
    return f"{day(value, zone)}, {hour}:{local:%M} {'am' if local.hour < 12 else 'pm'} {local:%Z}"  # noqa: PLR2004 noon


@register.simple_tag
def due(
    value: dt.date | dt.datetime | None,
    *,
    done: bool = False,
    today: dt.date | None = None,
    zone: dt.tzinfo | None = None,
) -> SafeString:
    """A due date as "Jan 7, in 12 days", the weekday in its title; `done` shows the date alone, quietly.

    zone: where it is due, for a date of a case; else where the house is.
    """
    if value is None:
        return format_html('<span class="quiet">{}</span>', "no date")
    date = date_in(value, zone or HOUSE_ZONE) if isinstance(value, dt.datetime) else value
    days = (date - (today or date_in(timezone.now(), zone or HOUSE_ZONE))).days
    shown = f"{date:%b} {date.day}" if -300 < days < 300 else day(date)  # noqa: PLR2004 the year is said when unclear
    if isinstance(value, dt.datetime):
        shown = moment(value, zone)
    title = f"{date:%A}, {day(date)}"
    if done:
        return format_html(
            '<time class="due due-done" datetime="{}" title="{}">{}</time>', value.isoformat(), title, shown
        )
    kind = "late" if days < 0 else "soon" if days <= SOON_DAYS else "far"
    mark = "" if kind == "far" else icon(STATE_ICONS[kind])
    return format_html(
        '<time class="due due-{}" datetime="{}" title="{}">{} {}, {}</time>',
        kind, value.isoformat(), title, mark, shown, distance(days),
    )  # fmt: skip


def distance(days: int) -> str:
    """How far a day is, in words: "today", "tomorrow", "in 12 days", "3 days late"."""
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days > 0:
        return f"in {days:,} days"
    return f"{-days:,} day{'' if days == -1 else 's'} late"


@register.inclusion_tag("components/stages.html")
def stages(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The stage strip. steps: {label, state: passed|present|next|skipped, note (holder or date, optional)}."""
    return {"steps": [{**step, "icon": STAGE_ICONS[step["state"]]} for step in steps]}


@register.inclusion_tag("components/tabs.html")
def tabs(entries: Iterable[Mapping[str, Any]], label: str = "Parts of this page") -> dict[str, Any]:
    """Tabs that are links. entries: {label, url, active, count (optional)}."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "", icon: str = "inbox") -> dict[str, Any]:
    """An empty list: what belongs there, how to make it come, and the link that does."""
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A list of facts: (name, value) pairs; a value of None or "" is shown as "not stated"."""
    return {"rows": rows}


@register.inclusion_tag("components/actions.html", takes_context=True)
def actions(context: template.Context, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What may be done now. entries: {label (a verb), url, method (get or post), icon, note, primary, why_not}.

    At most one is primary. `why_not` shows the act shut with its reason.
    """
    return {"entries": entries, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, unit: str = "", label: str = "Progress") -> dict[str, Any]:
    """Long work with its numbers: "page 412 of 2,000"."""
    return {"done": done, "total": total, "unit": unit, "label": label}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: template.Context, page: Page, unit: str = "rows") -> dict[str, Any]:
    """Page links under a list; they keep the filters of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"request": context.get("request"), "page": page, "numbers": list(numbers), "unit": unit}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, in the order given. events: {when, what} and, as wanted, {who, note, icon, url}."""
    return {"events": events}


@register.inclusion_tag("components/toc.html")
def toc(sections: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Contents of a long form. sections: {label, id, state (optional word, such as "2 errors")}."""
    return {"sections": sections}


@register.filter
def has_key(mapping: Mapping[str, Any], key: str) -> bool:
    return key in mapping


@register.filter
def as_list(value: Any) -> list[Any]:
    return [value]


@register.filter
def error_links(forms: Iterable[Any]) -> list[dict[str, str]]:
    """The errors of forms (and of the forms of formsets) in their order: {message, label, target}.

    target is the id of the element around the field, "" for an error of the form as a whole.
    """
    links: list[dict[str, str]] = []
    for form in forms:
        if hasattr(form, "non_form_errors"):
            links += [_link(message) for message in form.non_form_errors()]
            links += error_links(form.forms)
        elif form.is_bound:
            links += [_link(message) for message in form.non_field_errors()]
            links += [_link(m, bound.label, f"div_{bound.auto_id}") for bound in form for m in bound.errors]
    return links


def _link(message: object, label: object = "", target: str = "") -> dict[str, str]:
    return {"message": str(message), "label": str(label), "target": target}


@register.simple_tag
def with_keys(entries: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The navigation with a letter each for the keyboard (g, then the letter): its own `key`, else the first letter of
    its label that is still free."""
    taken: set[str] = set()
    keyed = []
    for entry in entries or ():
        letters = [entry["key"]] if entry.get("key") else [sign for sign in entry["label"].lower() if sign.isalpha()]
        key = next((letter for letter in letters if letter not in taken), "")
        taken.add(key)
        keyed.append({**entry, "key": key})
    return keyed
