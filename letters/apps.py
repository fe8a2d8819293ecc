from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "letters"

    def ready(self) -> None:
        from letters.services import sealing  # noqa: F401 - registers the outbox handler
