from django.apps import AppConfig, apps

from apps.common.naming import name_app_later, name_later


class SupervisionConfig(AppConfig):
    name = "apps.supervision"

    def ready(self) -> None:
        for config in apps.get_app_configs():
            if config.name.startswith("apps."):
                name_app_later(config)
        for model in apps.get_models():
            if model.__module__.startswith("apps."):
                name_later(model)
