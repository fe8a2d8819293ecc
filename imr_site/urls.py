from django.contrib import admin
from django.urls import include, path

from accounts.views.home import home
from cases.views.status import case_status
from imr_site.health.views import health, status
from imr_site.look import look
from imr_site.theme import set_theme

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("accounts.urls")),
    path("cases/", include("cases.urls")),
    path("notice/", include("cases.door_urls")),
    path("records/", include("cases.urls_outside")),
    path("status/", case_status, name="case_status"),
    path("reviews/", include("reviews.urls")),
    path("letters/", include("letters.urls")),
    path("guidelines/", include("guidelines.urls")),
    path("health", health, name="health"),
    path("health/status/", status, name="health_status"),
    path("theme/", set_theme, name="set_theme"),
    path("look/", look, name="look"),
    path("look/<slug:shape>/", look, name="look_shape"),
    path("admin/library/", include("guidelines.upkeep_urls")),
    path("admin/", admin.site.urls),
]
