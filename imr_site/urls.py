from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("people/", include("accounts.urls")),
    path("cases/", include("cases.urls")),
    path("reviews/", include("reviews.urls")),
    path("letters/", include("letters.urls")),
    path("guidelines/", include("guidelines.urls")),
    path("admin/", admin.site.urls),
]
