from importlib import import_module

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "Common ground"

    def ready(self) -> None:
        import_module("common.any_of")  # the lookup belongs to every model
