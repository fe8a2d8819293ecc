from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Import what registers itself with the rooms below: guards, outbox handlers, receivers, sights."""
        from accounts.desks import register_desk, register_link
        from accounts.roles import MEDICAL_DIRECTOR, QUALITY_REVIEWER, REVIEWER
        from reviews.services import cited_sections, wiring  # noqa: F401

        register_desk(REVIEWER, "reviews:desk", "My desk")
        register_desk(QUALITY_REVIEWER, "reviews:quality", "Quality check")
        register_desk(MEDICAL_DIRECTOR, "reviews:quality", "Quality check")
        register_link("review_cases", "My desk", "reviews:desk", "Reviews", "d")
        register_link("check_quality", "Quality check", "reviews:quality", "Reviews", "q")
        of_panel = ("reviews:names", "reviews:waivers", "reviews:capacity", "reviews:on_call", "reviews:payments")
        register_link("view_panel", "Panel", "reviews:panel", "Reviews", "p", beside=of_panel)
        register_link("assign_reviewers", "Assign", "reviews:batches", "Reviews", "b")
        register_link("review_cases", "My profile", "reviews:profile", "Reviews", "f")
