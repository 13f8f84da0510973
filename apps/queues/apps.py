from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save


class QueuesConfig(AppConfig):
    name = "apps.queues"

    def ready(self) -> None:
        post_save.connect(_equip, sender="agents.Agent", dispatch_uid="workbins of an agent")


def _equip(instance: Any, created: bool, raw: bool, **_: Any) -> None:
    """However an agent comes about, the agent's workbins come along."""
    from apps.queues.operations.watching import give_workbins

    if created and not raw:
        give_workbins(instance)
