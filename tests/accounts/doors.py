"""Every view of the site with its door, read from the addresses: views added later are found by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, converters, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from django.urls.resolvers import RoutePattern

#: A value for each kind of argument; it names nothing that exists.
SAMPLES = {
    converters.IntConverter: 2_000_000_000,
    converters.SlugConverter: "nothing",
    converters.UUIDConverter: uuid.UUID(int=0),
    converters.PathConverter: "nothing",
    converters.StringConverter: "nothing",
}


@dataclass(frozen=True)
class SiteView:
    name: str
    namespaces: tuple[str, ...]
    view: Callable
    arguments: tuple[tuple[str, object], ...]

    @property
    def rights(self) -> tuple[str, ...]:
        return getattr(self.view, "door_rights", ())

    def url(self) -> str | None:
        try:
            return reverse(self.name, kwargs=dict(self.arguments))
        except NoReverseMatch:
            return None


def site_views() -> list[SiteView]:
    return list(_walk(get_resolver().url_patterns, (), ()))


def _walk(patterns, namespaces, arguments) -> Iterator[SiteView]:
    for pattern in patterns:
        here = (*arguments, *_arguments(pattern.pattern))
        if isinstance(pattern, URLResolver):
            deeper = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, deeper, here)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*namespaces, pattern.name or ""))
            yield SiteView(name, namespaces, pattern.callback, here)


def _arguments(pattern) -> tuple[tuple[str, object], ...]:
    if not isinstance(pattern, RoutePattern):
        return ()
    return tuple(
        (name, next((value for kind, value in SAMPLES.items() if isinstance(converter, kind)), "nothing"))
        for name, converter in pattern.converters.items()
    )
