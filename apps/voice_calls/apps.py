from django.apps import AppConfig


class VoiceCallsConfig(AppConfig):
    name = "apps.voice_calls"
    verbose_name = "Voice calls"

    def ready(self) -> None:
        from apps.queues import invariants
        from apps.queues.operations.followers import followers
        from apps.voice_calls.following import follow
        from apps.voice_calls.invariants import RETOLD, RULES, TABLES
        from apps.voice_calls.operations import callbacks

        followers.append(follow)
        followers.append(callbacks.follow)
        invariants.TABLES.update(TABLES)
        invariants.retold.append(RETOLD)
        invariants.rules.update(RULES)
