"""Every test run has its own PostgreSQL and Redis, unless the environment names others."""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from pathlib import Path

# The data folder of the run must be fixed before Django reads its settings; xdist workers inherit it.
if "IMR_TEST_VAR" not in os.environ:
    os.environ["IMR_TEST_VAR"] = tempfile.mkdtemp(prefix="imr-test-")
os.environ["IMR_VAR"] = os.environ["IMR_TEST_VAR"]
Path(os.environ["IMR_VAR"]).chmod(0o755)

from imr_site.embedded import embedded_servers  # noqa: E402

_servers = contextlib.ExitStack()
_servers.enter_context(
    embedded_servers(postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL"), durable=False)
)
atexit.register(_servers.close)
