from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Import what registers itself with the rooms below: guards, outbox handlers, receivers, sights."""
        from reviews.services import wiring  # noqa: F401
