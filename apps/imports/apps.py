from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "apps.imports"

    def ready(self) -> None:
        from apps.imports import working
        from apps.queues import invariants

        assert working
        # Another system's clock timed these, and their agents were signed in there.
        invariants.TABLES["imported"] = "imports_importedinteraction"
        invariants.retold.append("select interaction_id from imported")
