from django.urls import path

from guidelines.views import drafts, editor, library, look_up

app_name = "guidelines"
urlpatterns = [
    path("", look_up.look_up, name="look_up"),
    path("browse/", library.browse, name="browse"),
    path("browse/<int:pk>/", library.publication, name="publication"),
    path("sections/<int:pk>/note/", library.note, name="note"),
    path("desk/", library.desk, name="desk"),
    path("desk/why/", editor.why, name="why"),
    path("desk/synonym/", editor.synonym, name="synonym"),
    path("desk/section/", editor.section, name="make_section"),
    path("desk/unanswered/<int:pk>/aside/", editor.aside, name="aside"),
    path("unanswered/", editor.note, name="note"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/changes/", drafts.changes, name="draft_changes"),
    path("drafts/<int:pk>/try-out/", drafts.try_out, name="try_out"),
    path("drafts/<int:pk>/trial/", drafts.trial_state, name="trial_state"),
    path("drafts/<int:pk>/preview/", drafts.preview, name="draft_preview"),
    path("drafts/<int:pk>/publish/", drafts.publish_draft, name="publish"),
    path("drafts/<int:pk>/give-up/", drafts.give_up, name="give_up"),
    path("drafts/<int:pk>/take-up/", drafts.take_up, name="take_up"),
    path("editions/<int:pk>/correct/", drafts.correct, name="correct"),
    path("editions/<int:pk>/history/", drafts.history, name="edition_history"),
    path("sections/<int:pk>/history/", drafts.section_history, name="section_history"),
    path("undo/section/<int:event>/", drafts.undo_section, name="undo_section"),
    path("undo/edition/<int:event>/", drafts.undo_edition, name="undo_edition"),
]
