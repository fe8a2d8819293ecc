"""Where things lie: the project, its data folder (`IMR_VAR`), and the sockets of the embedded servers."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("IMR_VAR") or ROOT / "var").resolve()

#: A unix socket's path may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
_LONGEST_SOCKET_FOLDER = 90


def socket_folder() -> Path:
    """`var/run`, or a short folder in the temporary directory named after a data folder too deep for sockets."""
    inside = VAR / "run"
    if len(str(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    short = hashlib.sha256(str(VAR).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"imr-{os.getuid()}-{short}"


def embedded_database_url() -> str:
    return f"postgresql:///imr?host={socket_folder()}&user=imr"


def redis_socket(name: str = "redis") -> Path:
    return socket_folder() / f"{name}.sock"


def embedded_redis_url(name: str = "redis") -> str:
    return f"unix://{redis_socket(name)}?db=0"
