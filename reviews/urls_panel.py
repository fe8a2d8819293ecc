"""Addresses of the panel and of assignment: desk, offers, candidates, roster."""

from __future__ import annotations

from django.urls import path

from reviews.views import desk, names, panel

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("offers/<int:assignment_id>/", desk.accept, name="accept"),
    path("offers/<int:assignment_id>/decline/", desk.decline, name="decline"),
    path("assignments/<int:assignment_id>/give-back/", desk.give_back, name="give_back"),
    path("assignments/<int:assignment_id>/take-back/", panel.take_back, name="take_back"),
    path("cases/<str:number>/candidates/", panel.candidates, name="candidates"),
    path("cases/<str:number>/offer/", panel.offer, name="offer"),
    path("names/", names.names, name="names"),
    path("names/<int:pk>/", names.pair, name="name_pair"),
    path("names/<int:pk>/<slug:act>/", names.decide, name="decide_names"),
    path("panel/", panel.panel, name="panel"),
    path("panel/<int:pk>/", panel.reviewer, name="reviewer"),
]
