from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    name = "imr_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from accounts.desks import register_link
        from imr_site import checks, history_guard  # noqa: F401 - registers them
        from imr_site.health import signs

        signs.connect()
        post_migrate.connect(history_guard.put_up, sender=self)
        register_link("view_health", "Health", "health_status", group="Site")
