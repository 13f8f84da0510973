from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    name = "apps.objects"

    def ready(self) -> None:
        from apps.objects import house  # noqa: F401  # registers them
