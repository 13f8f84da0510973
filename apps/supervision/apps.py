from django.apps import AppConfig, apps

from apps.common.naming import name_later


class SupervisionConfig(AppConfig):
    name = "apps.supervision"

    def ready(self) -> None:
        for model in apps.get_models():
            if model.__module__.startswith("apps."):
                name_later(model)
