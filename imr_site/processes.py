"""Starts the site's processes as children and sees to it that none outlives its starter."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from imr_site.paths import ROOT

_PATIENCE_SECONDS = 20


class Child:
    """One process with its own group; everything that it prints goes to `log`."""

    def __init__(self, name: str, command: list[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        # The kernel ends the child when its starter is killed (util-linux; where that is missing, Ctrl-C still works).
        guard = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                [*guard, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, **environment}, start_new_session=True,
            )  # fmt: skip

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def said(self, lines: int = 25) -> str:
        """The end of what the process printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def ask_to_end(self) -> None:
        if self.running:
            self.process.terminate()

    def wait_and_end(self) -> None:
        """Give it time to end by itself, then end it with everything that it started."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE_SECONDS)
        self.kill()

    def stop(self) -> None:
        self.ask_to_end()
        self.wait_and_end()

    def kill(self) -> None:
        """End the process and its children at once, without a word to them, like a crash."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Children:
    """A set of children that ends with the block: all of them, whatever happens."""

    def __init__(self, logs: Path, environment: Mapping[str, str] | None = None) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.logs = logs
        self.environment = dict(environment or {})
        self.children: list[Child] = []

    def start(self, name: str, command: list[str], environment: Mapping[str, str] | None = None) -> Child:
        child = Child(name, command, self.logs / f"{name}.log", {**self.environment, **(environment or {})})
        self.children.append(child)
        return child

    def dead(self) -> Child | None:
        """A child that has ended by itself, if any."""
        return next((child for child in self.children if not child.running), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        stop_all(self.children)


def stop_all(children: Sequence[Child]) -> None:
    """Ask each to end, the last started first, and only then wait: each takes a second or two."""
    for child in reversed(children):
        child.ask_to_end()
    for child in reversed(children):
        child.wait_and_end()


def worker_command(*, concurrency: int = 1) -> list[str]:
    return [*_celery(), "worker", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]


def scheduler_command(*, schedule: Path) -> list[str]:
    return [*_celery(), "beat", "--schedule", str(schedule), "--pidfile="]


def web_command(*, port: int) -> list[str]:
    """gunicorn with threads; two processes, so that one long request never stops the site."""
    gunicorn = [sys.executable, "-m", "gunicorn", "imr_site.wsgi:application"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]


def _celery() -> list[str]:
    # In the demo and in tests the worker may be root; docs/operate.md gives it a user of its own.
    quiet = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [sys.executable, *quiet, "-m", "celery", "--app", "imr_site", "--quiet"]
