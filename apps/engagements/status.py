"""Status and the state that it stands for: the only place that assigns `mapped_state`."""

from datetime import datetime

from apps.engagements.models import EngagementInteraction, MappedState
from apps.objects import catalogue

_STATUS = ("EngagementInteraction", "Status")
_ORDER = [MappedState.NEW, MappedState.IN_PROGRESS, MappedState.COMPLETED]


def reach(interaction: EngagementInteraction, state: MappedState) -> None:
    """Move to the state, with the Status that stands for it, unless the interaction is there or further (M-14)."""
    if interaction.status is not None and _ORDER.index(MappedState(interaction.mapped_state)) >= _ORDER.index(state):
        return
    restart(interaction, state)


def restart(interaction: EngagementInteraction, state: MappedState) -> None:
    """Stand at the state, wherever the interaction was: it begins again (V-41)."""
    rows = catalogue.current().active(*_STATUS)
    default = next((row for row in rows if row.mapped_state == state and row.is_default_for_state), None)
    interaction.status = default.value if default else interaction.status
    interaction.mapped_state = state


def write(interaction: EngagementInteraction, status: str | None, *, without: MappedState = MappedState.NEW) -> None:
    """Somebody writes the Status: the state follows it (engagement 5.1). An empty Status leaves the state `without`."""
    row = catalogue.current().picklist(*_STATUS).get(status or "")
    interaction.status = status
    interaction.mapped_state = MappedState(row.mapped_state or MappedState.NEW) if row else without


def end(interaction: EngagementInteraction, at: datetime) -> None:
    """Fill the documented end unless somebody gave one (M-15); never before the start."""
    if interaction.end_date_time is None:
        interaction.end_date_time = max(at.replace(microsecond=0), interaction.start_date_time)
