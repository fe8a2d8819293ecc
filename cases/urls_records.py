"""Addresses of record keeping: sorting bundles, files without a case, wrong cases, incidents."""

from django.urls import URLPattern, path

from cases.views import incidents, sorting, unmatched

urlpatterns: list[URLPattern] = [
    path("unmatched/", unmatched.waiting_files, name="unmatched"),
    path("unmatched/find/", unmatched.find_cases, name="unmatched_find"),
    path("unmatched/undo/<int:pk>/", unmatched.undo, name="unmatched_undo"),
    path("unmatched/<int:pk>/put/", unmatched.put, name="unmatched_put"),
    path("unmatched/<int:pk>/page/", unmatched.first_page, name="unmatched_page"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("<str:number>/records/<int:pk>/sort/", sorting.strip, name="sort"),
    path("<str:number>/records/<int:pk>/sort/<slug:act>/", sorting.act, name="sort_act"),
    path("<str:number>/records/<int:pk>/sheet/<int:page>/", sorting.sheet_picture, name="sheet_picture"),
    path("<str:number>/records/<int:pk>/wrong-case/", incidents.wrong_case, name="wrong_case"),
]
