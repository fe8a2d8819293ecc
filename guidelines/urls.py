from django.urls import path

from guidelines.views import library, look_up

app_name = "guidelines"
urlpatterns = [
    path("", look_up.look_up, name="look_up"),
    path("browse/", library.browse, name="browse"),
    path("browse/<int:pk>/", library.publication, name="publication"),
    path("sections/<int:pk>/note/", library.note, name="note"),
    path("desk/", library.desk, name="desk"),
]
