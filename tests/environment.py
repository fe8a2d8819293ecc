"""What must stand in the environment before Django reads its settings, which pytest-django does before any conftest.

Loaded by `-p tests.environment` (pyproject.toml).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Each run has a data folder of its own; the processes of one run (pytest-xdist) inherit it. Who made it removes it, at
# the very end: the servers in it are stopped by a handler registered later, so earlier in the end.
if "IMR_TEST_VAR" not in os.environ:
    os.environ["IMR_TEST_VAR"] = tempfile.mkdtemp(prefix="imr-test-")
    atexit.register(shutil.rmtree, os.environ["IMR_TEST_VAR"], ignore_errors=True)
os.environ["IMR_VAR"] = os.environ["IMR_TEST_VAR"]
_var = Path(os.environ["IMR_VAR"])
_var.chmod(0o755)

# Nothing is collected in a test run: static files are found where they lie.
os.environ.setdefault("IMR_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
(_var / "static").mkdir(exist_ok=True)

# Playwright's own loop runs in the thread of the tests; the tests themselves are plain synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
