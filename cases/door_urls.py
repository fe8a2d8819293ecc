"""The door for people without an account: a code from a notice opens what it was made for."""

from django.urls import URLPattern, path

from cases.views import notice_door

app_name = "notice_door"
urlpatterns: list[URLPattern] = [
    path("", notice_door.door, name="door"),
    path("papers/", notice_door.papers, name="papers"),
    path("papers/<int:pk>/", notice_door.download, name="download"),
    path("papers/<int:pk>/enclosed/", notice_door.download_enclosed, name="enclosed"),
    path("leave/", notice_door.leave, name="leave"),
]
