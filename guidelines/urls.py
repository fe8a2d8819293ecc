from django.urls import path

from guidelines.views import editor, library, look_up

app_name = "guidelines"
urlpatterns = [
    path("", look_up.look_up, name="look_up"),
    path("picker/", look_up.picker, name="picker"),
    path("browse/", library.browse, name="browse"),
    path("browse/<int:pk>/", library.publication, name="publication"),
    path("desk/", library.desk, name="desk"),
    path("desk/why/", editor.why, name="why"),
    path("desk/synonym/", editor.synonym, name="synonym"),
    path("desk/section/", editor.section, name="make_section"),
    path("desk/unanswered/<int:pk>/aside/", editor.aside, name="aside"),
    path("unanswered/", editor.note, name="note"),
]
