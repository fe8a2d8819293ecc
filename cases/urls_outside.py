from django.urls import URLPattern, path

from cases.views import outside

app_name = "outside"
urlpatterns: list[URLPattern] = [
    path("", outside.door, name="door"),
    path("files/", outside.files, name="files"),
    path("files/sent/", outside.sent, name="sent"),
    path("files/receipt.pdf", outside.receipt, name="receipt"),
    path("leave/", outside.leave, name="leave"),
    path("uploads/", outside.uploads, name="uploads"),
    path("uploads/<str:token>/", outside.upload, name="upload"),
]
