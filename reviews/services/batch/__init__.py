"""Batch assignment: propose, look, deploy, undo.

    run = begin(actor=, now=)              # a row and a job; the worker calls work_out(run_id=, now=)
    lock / unlock / take_out / put_back / choose(pair_id=, actor=)   # what a coordinator changes
    solve_again(run_id=, actor=, now=)     # a new run that keeps locks and leaves out what was taken out
    deploy(run_id=, actor=, now=)          # one job a pair: gate and offer under the row locks
    undo(run_id=, actor=, now=)            # open offers are taken back, accepted ones stay and are named

What a run looks at: docs/assignment.md.
"""

from reviews.services.batch.changing import choose, lock, put_back, take_out, unlock
from reviews.services.batch.deploying import deploy, offer_pair, take_back_pair, undo
from reviews.services.batch.running import begin, solve_again, work_out

__all__ = [
    "begin",
    "choose",
    "deploy",
    "lock",
    "offer_pair",
    "put_back",
    "solve_again",
    "take_back_pair",
    "take_out",
    "undo",
    "unlock",
    "work_out",
]
