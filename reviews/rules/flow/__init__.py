"""Cases to reviewers as a flow of least cost: plain arrays in, an assignment out. No database, no clock, no names.

    answer = solve(problem)                 # merged by worker, best arcs first, exact
    shortages(problem, answer)              # who competes for whom, by the minimum cut

The cost model stands in docs/adr/0015-cost-of-an-assignment.md.
"""

from reviews.rules.flow.merging import solve
from reviews.rules.flow.problem import Answer, Cost, FlowNumbers, Problem
from reviews.rules.flow.residual import Shortage, shortages

__all__ = ["Answer", "Cost", "FlowNumbers", "Problem", "Shortage", "shortages", "solve"]
