from django.urls import path

from guidelines.views import library, look_up

app_name = "guidelines"
urlpatterns = [
    path("", look_up.look_up, name="look_up"),
    path("picker/", look_up.picker, name="picker"),
    path("browse/", library.browse, name="browse"),
    path("browse/<int:pk>/", library.publication, name="publication"),
    path("desk/", library.desk, name="desk"),
]
