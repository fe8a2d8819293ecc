from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "imr_site"
    verbose_name = "Site"
