"""Runs a module at another time: python -m tests.support.elsewhen MOMENT MODULE ARGUMENTS

The clock of the process, and of what it forks, stands at MOMENT (ISO 8601, with its offset from UTC) when it begins and
goes on from there. Intervals (time.monotonic) pass as ever; the database's own clock is another.
"""

from __future__ import annotations

import datetime as dt
import runpy
import sys

import time_machine

if __name__ == "__main__":
    moment, module, *arguments = sys.argv[1:]
    time_machine.travel(dt.datetime.fromisoformat(moment).astimezone(dt.UTC), tick=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
