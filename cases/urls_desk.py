"""Addresses of the desk: queues, bulk acts, tasks, and the desk's part of a case's page."""

from django.urls import URLPattern, path

from cases.views import case_desk, dashboard, desk, desk_acts, explain

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("search/", desk.search, name="search"),
    path("dashboard/", dashboard.dashboard_page, name="dashboard"),
    path("take/", desk.take, name="take"),
    path("export/", desk.export, name="export"),
    path("bulk/", desk_acts.bulk, name="bulk"),
    path("hand-over/", desk_acts.hand_over_desk, name="hand_over"),
    path("hand-over/<int:pk>/undo/", desk_acts.undo_hand_over_desk, name="undo_hand_over"),
    path("bulk/<int:pk>/undo/", desk_acts.undo_bulk_hand_over, name="undo_bulk"),
    path("lists/", desk_acts.save_list, name="save_list"),
    path("lists/<int:pk>/forget/", desk_acts.forget_list, name="forget_list"),
    path("tasks/", case_desk.my_tasks, name="tasks"),
    path("tasks/<int:pk>/", case_desk.tick_task, name="tick_task"),
    path("<str:number>/explain/", explain.explain_page, name="explain"),
    path("<str:number>/notes/", case_desk.notes, name="notes"),
    path("<str:number>/owner/", case_desk.owner, name="owner"),
    path("<str:number>/take/", case_desk.take_case, name="take_case"),
    path("<str:number>/here/", case_desk.here, name="here"),
]
