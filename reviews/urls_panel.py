"""Addresses of the panel and of assignment: desk, offers, candidates, roster."""

from __future__ import annotations

from django.urls import path

from reviews.views import approvals, board, desk, names, people, staffing, work

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("offers/<int:assignment_id>/", desk.accept, name="accept"),
    path("offers/<int:assignment_id>/decline/", desk.decline, name="decline"),
    path("assignments/<int:assignment_id>/give-back/", desk.give_back, name="give_back"),
    path("offers/answer/", work.answer, name="answer"),
    path("work/", work.ask, name="ask_for_work"),
    path("earnings/", work.earnings, name="earnings"),
    path("assignments/<int:assignment_id>/take-back/", board.take_back, name="take_back"),
    path("assignments/<int:assignment_id>/hand-over/", board.pass_on, name="pass_on"),
    path("cases/<str:number>/candidates/", board.candidates, name="candidates"),
    path("cases/<str:number>/compare/", board.compare, name="compare"),
    path("cases/<str:number>/offer/", board.offer, name="offer"),
    path("cases/<str:number>/offer-in-turn/", board.in_turn, name="in_turn"),
    path("cases/<str:number>/approval/", approvals.record, name="record_approval"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="withdraw_approval"),
    path("approvals/<int:pk>/document/", approvals.paper, name="approval_paper"),
    path("names/", names.names, name="names"),
    path("names/people/", people.people, name="people"),
    path("names/people/decide/<slug:act>/", people.decide, name="decide_people"),
    path("names/people/<int:pk>/undo/", people.undo, name="undo_people"),
    path("panel/<int:pk>/other-name/", people.other_name, name="other_name"),
    path("panel/other-names/<int:pk>/remove/", people.remove_other_name, name="remove_other_name"),
    path("names/<int:pk>/", names.pair, name="name_pair"),
    path("names/<int:pk>/<slug:act>/", names.decide, name="decide_names"),
    path("capacity/", staffing.capacity, name="capacity"),
    path("on-call/", staffing.on_call, name="on_call"),
    path("on-call/<int:pk>/remove/", staffing.off_call, name="off_call"),
    path("payments/", staffing.payments, name="payments"),
    path("panel/<int:pk>/leaving/", staffing.leaving, name="leaving"),
    path("panel/<int:pk>/off-the-panel/", staffing.off_the_panel, name="off_the_panel"),
]
