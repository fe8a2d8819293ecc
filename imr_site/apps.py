from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "imr_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from imr_site.health import signs

        signs.connect()
