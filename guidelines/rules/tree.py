"""Sections as the lines of a table of contents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Branch(Protocol):
    pk: int
    parent_id: int | None
    position: int


Node = TypeVar("Node", bound=Branch)


def outline(sections: Iterable[Node]) -> list[tuple[int, Node]]:
    """Every section with its depth (0 at the top), children right below their parent, in the order of `position`.

    A section whose parent is not among them stands at the top.
    """
    nodes = sorted(sections, key=lambda section: (section.position, section.pk))
    known = {node.pk for node in nodes}
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent_id if node.parent_id in known else None, []).append(node)
    lines: list[tuple[int, Node]] = []
    waiting = [(0, node) for node in reversed(below.get(None, []))]
    while waiting:
        depth, node = waiting.pop()
        lines.append((depth, node))
        waiting.extend((depth + 1, child) for child in reversed(below.get(node.pk, [])))
    return lines
