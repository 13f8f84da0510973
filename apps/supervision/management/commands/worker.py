"""The `worker` process."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs.running import doing
from apps.supervision import worker
from apps.webhooks.dispatcher import dispatching


class Command(BaseCommand):
    help = "Run the sweeps (time-outs, deadlines, leases, partitions), do jobs and post to webhooks until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with dispatching(), doing():
            worker.work(worker.DUTIES, stop)
