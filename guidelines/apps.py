from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "guidelines"
    verbose_name = "Guideline library"

    def ready(self) -> None:
        from accounts.desks import register_desk, register_link
        from accounts.roles import GUIDELINE_EDITOR
        from guidelines.services import trials  # noqa: F401 - jobs
        from guidelines.services.upkeep import working  # noqa: F401 - jobs

        register_desk(GUIDELINE_EDITOR, "guidelines:desk", "Guideline library")
        register_link("search_guidelines", "Guidelines", "guidelines:look_up", "Guidelines")
        register_link("edit_guidelines", "Editor's desk", "guidelines:desk", "Guidelines")
