"""Simulated callers and agents, so that everything on screen lives."""

import threading
from pathlib import Path

from django.db import connection

from apps.demo.simulator.agents import Agents
from apps.demo.simulator.callers import Callers
from apps.demo.simulator.telephone import Telephone
from apps.demo.simulator.timetable import Timetable
from apps.demo.simulator.writers import Writers
from apps.tenants.models import Tenant

PAUSE_S = 2.0  # after the web process or the database did not answer


def run(tenant: Tenant, telephone: Telephone, inbox: Path, stop: threading.Event) -> None:
    """Call, write and work until told to stop. What does not answer is tried again; nothing here ends us."""
    timetable = Timetable()
    Callers(tenant, telephone, timetable).begin()
    Writers(tenant, inbox, timetable).begin()
    Agents(tenant, timetable).begin()
    while not stop.wait(timetable.seconds_to_next()):
        if not timetable.run_next():
            connection.close()  # the database may have been restarted
            stop.wait(PAUSE_S)
