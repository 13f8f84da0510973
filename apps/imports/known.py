"""Queues, agents and outcomes by the names that a file may use, read once for an import."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext

from apps.agents.models import Agent, AgentSession
from apps.common import clock
from apps.queues.models import Disposition, Queue

_PLACE = "import"


class Known:
    """Names match without regard to case. One that stands for several is as good as none."""

    _NOUNS: ClassVar[Mapping[str, str]] = {"queue": "queue", "agent": "agent", "disposition": "disposition"}

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {
            "queue": _by_name((row, (row.name, row.developer_name, row.uuid)) for row in Queue.objects.all()),
            "agent": _by_name(
                (agent, (agent.user.username, agent.user.email, agent.user.name, agent.uuid, agent.user.public_id))
                for agent in Agent.objects.select_related("user")
            ),
            "disposition": _by_name((row, (row.name, row.uuid)) for row in Disposition.objects.all()),
        }
        self._sessions: dict[int, AgentSession] = {}

    def called(self, noun: str, name: str) -> Any:
        """Raises ValueError for whom nobody, or more than one, is called so."""
        found = self._rows[noun].get(name.strip().lower())
        if found is None:
            raise ValueError(
                gettext("There is no {noun} {name}, or more than one.").format(noun=gettext(noun), name=repr(name[:80]))
            )
        return found

    def session_of(self, agent: Agent) -> AgentSession:
        """Parts belong to a session. That of imported ones has no length, so that nobody was signed in for it."""
        found = self._sessions.get(agent.pk)
        if found is None or found.pk is None:
            now = clock.now()
            found, _ = AgentSession.objects.get_or_create(
                agent=agent,
                place=_PLACE,
                defaults={"started_at": now, "ended_at": now, "lease_until": now},
            )
            self._sessions[agent.pk] = found
        return found

    def forget_sessions(self) -> None:
        """After a transaction that was rolled back."""
        self._sessions = {}


def _by_name(rows: Iterable[tuple[Any, Iterable[Any]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row, names in rows:
        for name in {str(name).lower() for name in names if name}:
            found[name] = row if found.get(name, row) is row else None
    return found
