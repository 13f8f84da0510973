from django.apps import AppConfig


class CometdConfig(AppConfig):
    name = "apps.facades.cometd"
