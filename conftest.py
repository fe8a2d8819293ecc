"""Every test run has its own PostgreSQL and Redis, unless the environment names others.

The processes of one run (pytest-xdist) share the servers: each has a database of its own by pytest-django, and a
Redis database of its own here.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

# The data folder of the run must be fixed before Django reads its settings; xdist workers inherit it. Whoever makes
# the folder removes it, after its servers have stopped.
_ours = "IMR_TEST_VAR" not in os.environ
if _ours:
    os.environ["IMR_TEST_VAR"] = tempfile.mkdtemp(prefix="imr-test-")
os.environ["IMR_VAR"] = os.environ["IMR_TEST_VAR"]
_var = Path(os.environ["IMR_VAR"])
_var.chmod(0o755)

from imr_site.embedded import embedded_servers
from imr_site.paths import embedded_redis_url

_servers = contextlib.ExitStack()
if _ours:
    _servers.callback(shutil.rmtree, _var, ignore_errors=True)
_servers.enter_context(
    embedded_servers(postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL"), durable=False)
)
atexit.register(_servers.close)

if not os.environ.get("REDIS_URL"):
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = embedded_redis_url(database=int(_worker))
