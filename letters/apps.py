from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"

    def ready(self) -> None:
        from accounts.desks import register_link
        from letters import checks  # noqa: F401 - registers the system checks
        from letters.services import sealing  # noqa: F401 - registers the outbox handler

        register_link("view_letters", "Letters", "letters:desk", "Letters")
