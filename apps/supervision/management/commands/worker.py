"""The `worker` process."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from apps.supervision import worker


class Command(BaseCommand):
    help = "Run the sweeps (offer time-outs, wrap-up deadlines, leases, partitions) until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.work(worker.DUTIES, stop)
