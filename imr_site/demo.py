"""bin/demo: the whole site on one machine, with real processes, on the sample cases."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from imr_site.embedded import EmbeddedServerFailed
from imr_site.installation import InstallationFailed, ready_site
from imr_site.paths import ROOT, VAR
from imr_site.processes import Children, scheduler_command, web_command, worker_command

_FIRST_PORT, _PORTS_TRIED = 8000, 20
_ANSWER_SECONDS = 60


class DemoFailed(RuntimeError):
    """A part of the demo ended or did not start; the message has the end of what it said."""


def main() -> None:
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    # Started in the background by a script, the process inherits an ignored Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ready_site(), Children(VAR / "log") as children:
            _say("Starting a worker and the scheduler ...")
            port = options.port or _free_port()
            children.environment["SITE_URL"] = address = f"http://localhost:{port}"
            children.start("worker", worker_command())
            children.start("scheduler", scheduler_command(schedule=VAR / "beat-schedule"))
            _run_main_job(children)
            if not options.once:
                _serve(children, address, port)
    except (DemoFailed, EmbeddedServerFailed, InstallationFailed) as error:
        _say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        _say("Stopped.")
        sys.exit(130)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="The site on this machine, on sample cases.")
    parser.add_argument("--once", action="store_true", help="take one case to its sealed letter, print it and end")
    parser.add_argument("--port", type=int, help="where to serve; default: the first free one from 8000 on")
    return parser.parse_args()


def _run_main_job(children: Children) -> None:
    """The sample cases, one of them to its sealed letter by the running worker; what it prints is the demo's answer."""
    job = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "demo_main_job"], stdin=subprocess.DEVNULL)
    try:
        while job.poll() is None:
            _refuse_dead(children)
            with contextlib.suppress(subprocess.TimeoutExpired):
                job.wait(0.2)
    finally:
        if job.poll() is None:
            job.terminate()
            job.wait()
    if job.returncode:
        said = children.children[0].said()
        raise DemoFailed(f"The sample case did not reach its letter. The worker said last:\n{said}")


def _serve(children: Children, address: str, port: int) -> None:
    _collect_static_files()
    _say("Starting the web server ...")
    children.start("web", web_command(port=port))
    _wait_for_answer(children, f"{address}/health")
    _say_welcome(address)
    while True:
        _refuse_dead(children)
        time.sleep(0.5)


def _collect_static_files() -> None:
    """Only when a file changed: packing them anew takes seconds."""
    mark, kept = _static_fingerprint(), VAR / "static" / ".imr-stamp"
    if kept.exists() and kept.read_text(encoding="ascii") == mark:
        return
    _say("Packing styles, scripts and fonts ...")
    command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode:
        raise DemoFailed("The styles, scripts and fonts could not be packed; what went wrong stands above.")
    kept.write_text(mark, encoding="ascii")


def _static_fingerprint() -> str:
    """Changes with any file of the front end; the packages' files change with their lock file only."""
    digest = hashlib.sha256()
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    for path in [ROOT / "package-lock.json", ROOT / "requirements.txt", *sorted(files)]:
        state = path.stat()
        digest.update(f"{path.relative_to(ROOT)}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _wait_for_answer(children: Children, address: str) -> None:
    until = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < until:
        _refuse_dead(children)
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own address  # nosec B310
        except urllib.error.HTTPError:
            return  # it answers; what it says of the other parts is on the page
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DemoFailed(f"The web server did not answer within {_ANSWER_SECONDS} s.")


def _refuse_dead(children: Children) -> None:
    if dead := children.dead():
        raise DemoFailed(f"The {dead.name} ended by itself. It said last:\n{dead.said()}")


def _say_welcome(address: str) -> None:
    import django

    django.setup()
    from accounts.roles import ROLE_LABELS
    from accounts.services.demo import DEMO_ACCOUNTS, DEMO_PASSWORD

    lines = [f"  {ROLE_LABELS[account.role]:<18} {account.email}" for account in DEMO_ACCOUNTS]
    print(
        f"\nThe site is at {address}/\n\nSign in as (the password is always: {DEMO_PASSWORD})\n"
        + "\n".join(lines)
        + f"\n\nMails are files in {_shown(VAR / 'mail')}, logs in {_shown(VAR / 'log')}. Ctrl-C stops everything.",
        flush=True,
    )


def _shown(path: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DemoFailed(f"No free port from {_FIRST_PORT} to {_FIRST_PORT + _PORTS_TRIED - 1}. Name one with --port.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
