"""Status and the state that it stands for: the only place that assigns `mapped_state`."""

from datetime import datetime

from apps.engagements.models import EngagementInteraction, MappedState
from apps.objects.models import PicklistValue

_OBJECT = "EngagementInteraction"
_ORDER = [MappedState.NEW, MappedState.IN_PROGRESS, MappedState.COMPLETED]


def reach(interaction: EngagementInteraction, state: MappedState) -> None:
    """Move to the state, with the Status that stands for it, unless the interaction is there or further (M-14)."""
    if interaction.status is not None and _ORDER.index(MappedState(interaction.mapped_state)) >= _ORDER.index(state):
        return
    default = PicklistValue.objects.filter(
        object_name=_OBJECT, field_name="Status", mapped_state=state, is_default_for_state=True, is_active=True
    ).first()
    interaction.status = default.value if default else interaction.status
    interaction.mapped_state = state


def end(interaction: EngagementInteraction, at: datetime) -> None:
    """Fill the documented end unless somebody gave one (M-15); never before the start."""
    if interaction.end_date_time is None:
        interaction.end_date_time = max(at.replace(microsecond=0), interaction.start_date_time)
