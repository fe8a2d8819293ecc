"""Addresses of the review form, the quality check and the determination."""

from __future__ import annotations

from django.urls import path

from reviews.views import quality, review

urlpatterns = [
    path("quality/", quality.queue, name="quality"),
    path("quality/<str:number>/", quality.check, name="quality_check"),
    path("quality/<str:number>/approve/", quality.approve, name="approve"),
    path("quality/<str:number>/return/", quality.return_review, name="return_review"),
    path("quality/<str:number>/cancel/", quality.cancel, name="cancel_approval"),
    path("quality/<str:number>/letter/", quality.letter_state, name="letter_state"),
    path("<str:number>/review/", review.workspace, name="review"),
    path("<str:number>/review/save/", review.save, name="save"),
    path("<str:number>/review/token/", review.fresh_token, name="token"),
    path("<str:number>/review/submit/", review.submit, name="submit"),
]
