"""Addresses of the batch assignment."""

from __future__ import annotations

from django.urls import path

from reviews.views import batch

urlpatterns = [
    path("batch/", batch.runs, name="batches"),
    path("batch/begin/", batch.begin, name="begin_batch"),
    path("batch/<int:pk>/", batch.proposal, name="batch"),
    path("batch/<int:pk>/state/", batch.state, name="batch_state"),
    path("batch/<int:pk>/solve-again/", batch.solve_again, name="solve_batch_again"),
    path("batch/<int:pk>/deploy/", batch.deploy, name="deploy_batch"),
    path("batch/<int:pk>/undo/", batch.undo, name="undo_batch"),
    path("batch/pairs/<int:pair_id>/<str:act>/", batch.change, name="change_pair"),
]
