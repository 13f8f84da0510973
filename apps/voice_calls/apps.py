from django.apps import AppConfig


class VoiceCallsConfig(AppConfig):
    name = "apps.voice_calls"

    def ready(self) -> None:
        from apps.queues.operations.followers import followers
        from apps.voice_calls.following import follow

        followers.append(follow)
