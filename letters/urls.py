from django.urls import path

from letters.views import desk

app_name = "letters"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("<int:pk>/download/", desk.download, name="download"),
    path("<int:pk>/retry/", desk.retry, name="retry"),
]
