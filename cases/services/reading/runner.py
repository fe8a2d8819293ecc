"""Runs the programs that open files from outside: each in a process of its own, with limits of time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cases.services.reading import child, forms, inspector

#: Address space of a program. A file that needs more is a bomb, whether meant or not.
MEMORY = 1536 * 1024**2
NICENESS = 10


class Unreadable(Exception):
    """The program ended without an answer: it crashed, ran out of memory or out of time, or the file is damaged."""


class Locked(Unreadable):
    """The file is locked by a password."""


def read_child(*arguments: str | int | Path, seconds: float) -> bytes:
    """What `child.py` prints for the arguments. Raises Unreadable, Locked."""
    return _python(child.__file__, *arguments, seconds=seconds)


def read_forms(*arguments: str | int | Path, seconds: float) -> bytes:
    """What `forms.py` prints for the arguments. Raises Unreadable."""
    return _python(forms.__file__, *arguments, seconds=seconds)


def ask_inspector(*arguments: str | int | Path, seconds: float) -> dict[str, Any]:
    """What `inspector.py` says for the arguments. Raises Unreadable."""
    said: dict[str, Any] = json.loads(_python(inspector.__file__, *arguments, seconds=seconds))
    return said


def _python(program: str, *arguments: str | int | Path, seconds: float) -> bytes:
    command = [sys.executable, "-I", program, *map(str, arguments)]
    return run(command, seconds=seconds, environment={"IMR_CHILD_MEMORY": str(MEMORY)})


def run(command: Sequence[str], *, seconds: float, environment: dict[str, str] | None = None) -> bytes:
    """The standard output of a program run politely (nice) and for `seconds` at most. Raises Unreadable, Locked."""
    try:
        done = subprocess.run(
            ["nice", "-n", str(NICENESS), *command],
            capture_output=True,
            check=False,
            timeout=seconds,
            env={**_plain_environment(), **(environment or {})},
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"It took longer than {seconds:g} seconds.") from None
    if done.returncode == child.LOCKED:
        raise Locked("It is locked by a password.")
    if done.returncode != 0:
        raise Unreadable(done.stderr.decode("utf-8", "replace")[-300:] or f"It ended with {done.returncode}.")
    return done.stdout


def _plain_environment() -> dict[str, str]:
    """Nothing of the site's settings (keys!) goes to a program that opens files from outside."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "TESSDATA_PREFIX")
    return {name: os.environ[name] for name in names if name in os.environ} | {"OMP_THREAD_LIMIT": "1"}
