"""Addresses of the review form, the quality check and the determination."""

from __future__ import annotations

from django.urls import path

from reviews.views import evidence, look_ups, quality, review

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
    path("<str:number>/review/<int:position>/picker/", look_ups.picker, name="picker"),
    path("<str:number>/review/<int:position>/looked/", look_ups.looked, name="looked"),
    path("<str:number>/review/<int:position>/pin/", look_ups.pin, name="pin"),
    path("<str:number>/review/<int:position>/note/", look_ups.note, name="section_note"),
    path("<str:number>/review/<int:position>/checks/", look_ups.checks, name="checks"),
    path("<str:number>/review/<int:position>/drug/", look_ups.drug, name="drug"),
    path("<str:number>/review/<int:position>/sequence/", look_ups.sequence, name="sequence"),
    path("<str:number>/review/<int:position>/sequence/confirm/", look_ups.confirm, name="confirm_sequence"),
    path("<str:number>/review/<int:position>/outside/", evidence.outside, name="outside"),
    path("<str:number>/review/<int:position>/outside/back/", evidence.take_back, name="take_back_outside"),
    path("<str:number>/review/<int:position>/weighing/", evidence.weighing, name="weighing"),
    path("<str:number>/review/<int:position>/weigh/", evidence.weigh, name="weigh"),
    path("<str:number>/review/submit/", review.submit, name="submit"),
]
