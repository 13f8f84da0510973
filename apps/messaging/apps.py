from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "apps.messaging"

    def ready(self) -> None:
        from apps.messaging import participants
        from apps.queues.operations.followers import afterwards, followers

        followers.append(participants.leave)
        afterwards.append(participants.join)
