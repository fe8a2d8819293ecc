"""Addresses of the batch assignment."""

from __future__ import annotations

from django.urls import path

from reviews.views import proposals

urlpatterns = [
    path("proposals/", proposals.runs, name="proposals"),
    path("proposals/begin/", proposals.begin, name="begin_proposal"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/state/", proposals.state, name="proposal_state"),
    path("proposals/<int:pk>/solve-again/", proposals.solve_again, name="solve_again"),
    path("proposals/<int:pk>/deploy/", proposals.deploy, name="deploy_proposal"),
    path("proposals/<int:pk>/undo/", proposals.undo, name="undo_proposal"),
    path("proposals/pairs/<int:pair_id>/<str:act>/", proposals.change, name="change_pair"),
]
