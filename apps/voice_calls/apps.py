from django.apps import AppConfig


class VoiceCallsConfig(AppConfig):
    name = "apps.voice_calls"
