from django.urls import URLPattern, path

from cases import urls_desk
from cases.views import (
    acts,
    case,
    chasing,
    corrections,
    eligibility,
    intake,
    pairs,
    parties,
    records,
    required_records,
    uploads,
)

app_name = "cases"
urlpatterns: list[URLPattern] = [
    *urls_desk.urlpatterns,
    path("new/", intake.new, name="new"),
    path("new/alike/", pairs.alike_while_typing, name="alike_while_typing"),
    path("uploads/", uploads.staff_uploads, name="uploads"),
    path("uploads/<str:token>/", uploads.staff_upload, name="upload"),
    path("chasing/", chasing.ageing_page, name="ageing"),
    path("chasing/late/", chasing.late_list, name="late_records"),
    path("chasing/<slug:owing>/", chasing.administrator, name="administrator"),
    path("chasing/<slug:owing>/phone/", chasing.adjuster_phone, name="adjuster_phone"),
    path("chasing/<slug:owing>/evidence.<slug:form>", chasing.evidence, name="evidence"),
    path("<str:number>/", case.case_page, name="case"),
    path("<str:number>/alike/", pairs.alike_cases, name="alike"),
    path("<str:number>/alike/<str:other>/<slug:act>/", pairs.decide, name="decide_pair"),
    path("<str:number>/act/<slug:event>/", acts.act, name="act"),
    path("<str:number>/questions/<int:pk>/answer/", eligibility.answer_question, name="answer_question"),
    path("<str:number>/questions/<int:pk>/take-back/", eligibility.unask, name="unask"),
    path("<str:number>/items/<int:position>/put-back/", eligibility.put_back, name="put_back"),
    path("<str:number>/correct/", corrections.correct_facts, name="correct"),
    path("<str:number>/parties/add/", parties.add, name="add_party"),
    path("<str:number>/records/add/", records.add_record, name="add_record"),
    path("<str:number>/records/<int:pk>/", records.document, name="document"),
    path("<str:number>/required/name/", required_records.name_record, name="name_record"),
    path("<str:number>/required/<int:pk>/<slug:act>/", required_records.act, name="required_record"),
    path("<str:number>/late/<int:pk>/seen/", chasing.late_seen, name="late_seen"),
    path("<str:number>/<slug:tab>/", case.case_page, name="tab"),
]
