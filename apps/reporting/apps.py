from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "apps.reporting"

    def ready(self) -> None:
        from apps.queues.operations.followers import retelling
        from apps.reporting.rollups.following import mark_contacts

        retelling.append(mark_contacts)
