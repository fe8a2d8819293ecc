"""System check: the jurisdiction files must be right before the site starts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from cases.rules.jurisdiction_file import BadJurisdiction, parse
from cases.services.jurisdictions import files, known


@register()
def check_jurisdictions(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """One error per problem, with file, line and key."""
    found: list[CheckMessage] = []
    for key, path in files().items():
        try:
            made = parse(path.read_text(encoding="utf-8"), known())
        except BadJurisdiction as error:
            found.extend(_error(f"{path.name}, {problem}") for problem in error.problems)
        except (OSError, UnicodeDecodeError) as error:
            found.append(_error(f"{path.name} cannot be read: {error}"))
        else:
            if made.key != key:
                found.append(_error(f"{path.name}, line 1, key: is {made.key!r}; it must be the file's name, {key!r}."))
    return found


def _error(message: str) -> Error:
    return Error(message, hint="docs/clocks.md says how rules are written.", id="cases.E001")
