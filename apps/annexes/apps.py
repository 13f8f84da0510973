from django.apps import AppConfig


class AnnexesConfig(AppConfig):
    name = "apps.annexes"
