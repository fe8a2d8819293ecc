"""docs/workflow.md, drawn from the workflow table."""

from __future__ import annotations

from accounts.roles import ROLE_LABELS
from cases.workflow import MOVES, Event, State

_HEAD = """# The case workflow

Drawn from `cases/workflow.py` by `bin/manage workflow_page --write`; a test holds this page equal to the table.
A case is born in `received`, an imported past determination in `closed`. Nothing else moves a case: the database
refuses it.
"""


def workflow_page() -> str:
    """The page as Markdown: a state diagram and the table of every move."""
    drawn = sorted({(str(row.source), str(row.target), str(row.event)) for row in MOVES})
    lines = [_HEAD, "```mermaid", "stateDiagram-v2", "  [*] --> received"]
    lines += [f"  {source} --> {target}: {event}" for source, target, event in drawn]
    lines += ["```", "", "| in | event | to | who | when |", "|---|---|---|---|---|"]
    for row in MOVES:
        who = ", ".join(sorted(ROLE_LABELS[role].lower() for role in row.roles))
        when = ", ".join(f"`{name}`" for name in row.guards)
        lines.append(
            f"| {State(row.source).label} | {Event(row.event).label} | {State(row.target).label} | {who} | {when} |"
        )
    return "\n".join(lines) + "\n"
