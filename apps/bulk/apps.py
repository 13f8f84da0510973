from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "apps.bulk"

    def ready(self) -> None:
        from apps.bulk import undoing, working

        assert undoing
        assert working
