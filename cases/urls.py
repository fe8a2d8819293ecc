from django.urls import URLPattern, path

from cases.views import acts, case, corrections, desk, intake, pairs, parties, records, uploads

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("search/", desk.search, name="search"),
    path("new/", intake.new, name="new"),
    path("new/alike/", pairs.alike_while_typing, name="alike_while_typing"),
    path("uploads/", uploads.staff_uploads, name="uploads"),
    path("uploads/<str:token>/", uploads.staff_upload, name="upload"),
    path("<str:number>/", case.case_page, name="case"),
    path("<str:number>/alike/", pairs.alike_cases, name="alike"),
    path("<str:number>/alike/<str:other>/<slug:act>/", pairs.decide, name="decide_pair"),
    path("<str:number>/act/<slug:event>/", acts.act, name="act"),
    path("<str:number>/correct/", corrections.correct_facts, name="correct"),
    path("<str:number>/parties/add/", parties.add, name="add_party"),
    path("<str:number>/records/add/", records.add_record, name="add_record"),
    path("<str:number>/records/<int:pk>/", records.document, name="document"),
    path("<str:number>/<slug:tab>/", case.case_page, name="tab"),
]
