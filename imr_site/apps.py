from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "imr_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from accounts.desks import register_link
        from imr_site import checks  # noqa: F401 - registers them
        from imr_site.health import signs

        signs.connect()
        register_link("view_health", "Health", "health_status", group="Site")
