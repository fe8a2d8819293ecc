"""bin/manage and bin/demo as a shell runs them, on a data folder of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from imr_site.paths import ROOT
from tests.support.processes import wait_for

pytestmark = pytest.mark.processes

CHECKED = "System check identified no issues (0 silenced).\n"


@pytest.fixture(scope="module")
def environment():
    """An empty data folder, and nothing of the test run's own servers."""
    # Not in pytest's folders, which nobody else may enter: the database server's user must pass through.
    folder = tempfile.mkdtemp(prefix="bin-", dir=os.environ["IMR_VAR"])
    Path(folder).chmod(0o755)
    ours = {"DATABASE_URL", "REDIS_URL", "IMR_TEST_VAR", "IMR_TEST_REDIS", "IMR_STATIC_STORAGE"}
    yield {**{name: value for name, value in os.environ.items() if name not in ours}, "IMR_VAR": folder}
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def manage(environment):
    def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "bin" / "manage"), *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def installed(manage, environment):
    """Set up already: by the first test here or, where another process of the run has that one, now."""
    if not Path(environment["IMR_VAR"], "postgres").exists():
        assert manage("check").returncode == 0


def processes_of(folder: str) -> list[str]:
    """Command lines of all processes that work in the data folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            around = (path / "environ").read_bytes()
        except OSError:
            continue  # it has ended meanwhile, or is none of ours
        if line and (folder in line or f"IMR_VAR={folder}".encode() in around):
            found.append(line)
    return found


def test_the_first_command_ever_sets_up_and_prints_only_its_own_output(manage, environment):
    done = manage("check")
    assert (done.returncode, done.stdout) == (0, CHECKED), done.stderr
    assert "tables up to date" in done.stderr
    again = manage("check")
    assert (again.returncode, again.stdout, again.stderr) == (0, CHECKED, "")
    assert processes_of(environment["IMR_VAR"]) == []


def test_the_exit_status_is_the_commands(manage):
    assert manage("no_such_command").returncode == 1
    assert manage("backup").returncode == 2  # wrong use


def test_a_relative_file_is_looked_for_where_the_caller_stands(manage, tmp_path):
    done = manage("backup", "here", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "manifest.json").exists()


def test_several_at_once_share_the_servers_and_the_last_one_stops_them(environment, installed):
    command = [str(ROOT / "bin" / "manage"), "check"]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120) for process in started]
    assert said == [(CHECKED, "")] * 3
    assert processes_of(environment["IMR_VAR"]) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_demo_leaves_nothing_running(environment, installed, number):
    worker_log = Path(environment["IMR_VAR"]) / "log" / "worker.log"
    worker_log.unlink(missing_ok=True)
    demo = subprocess.Popen(
        [str(ROOT / "bin" / "demo"), "--once"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(worker_log.exists, what="the worker to start", seconds=120)
        demo.send_signal(number)
        assert demo.wait(60) == 128 + number
    finally:
        demo.kill()
        demo.wait()
    wait_for(lambda: not processes_of(environment["IMR_VAR"]), what="everything to have stopped")
