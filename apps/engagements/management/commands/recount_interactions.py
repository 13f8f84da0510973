"""`manage.py recount_interactions`: the day counters anew, from the interactions themselves."""

from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import track

from apps.engagements import counting
from apps.tenants.models import Tenant
from apps.tenants.scope import scope


class Command(BaseCommand):
    help = "Count every contact centre's interactions by day anew; nothing writes interactions meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in track(list(Tenant.objects.all()), "Contact centres", console=Console(stderr=True)):
            with scope(tenant):
                counting.recount()
