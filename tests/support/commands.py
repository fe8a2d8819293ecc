"""Commands as a shell runs them, their JSON read back."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command


def answer_of(command: str, *arguments: Any) -> dict[str, Any]:
    """What an import command answers with --json. Its exit status must say whether a row was rejected.

    A file refused as a whole raises CommandError as it does for the shell.
    """
    out = StringIO()
    failed = False
    try:
        call_command(command, *(str(argument) for argument in arguments), "--json", stdout=out)
    except CommandError:
        if not out.getvalue():
            raise
        failed = True
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert failed == bool(answer["rejected"])
    return answer
