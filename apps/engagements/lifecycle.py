"""Where an interaction is, and which operation each place allows (core-model sections 3 and 4)."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext

from apps.common.errors import NotAllowed
from apps.common.words import inside
from apps.common.words import later as _


class Stage(models.TextChoices):
    """An interaction always has exactly one place (M-03)."""

    RECORDED = "recorded", _("Recorded")
    FLOW = "flow", _("In the flow")
    QUEUED = "queued", _("Waiting")
    HANDLED = "handled", _("Handled")
    WRAP_UP = "wrap_up", _("Wrap-up")
    PARKED = "parked", _("Parked")
    ENDED = "ended", _("Ended")


LIVE = frozenset({Stage.FLOW, Stage.QUEUED, Stage.HANDLED, Stage.WRAP_UP, Stage.PARKED})

# Operation -> the stages it may start from. Where it leads stands with the operation: often it settles (M-26).
ALLOWED: Mapping[str, frozenset[Stage]] = {
    "enqueue": frozenset({Stage.FLOW}),
    "offer": frozenset({Stage.QUEUED, Stage.HANDLED}),
    "accept": frozenset({Stage.QUEUED, Stage.HANDLED}),
    "reject": frozenset({Stage.QUEUED, Stage.HANDLED}),
    "time_out": frozenset({Stage.QUEUED, Stage.HANDLED}),
    "hang_up": frozenset({Stage.HANDLED}),
    "complete": frozenset({Stage.HANDLED, Stage.WRAP_UP}),
    "end_wrap_up": LIVE,
    "abandon": frozenset({Stage.FLOW, Stage.QUEUED}),
    "close": LIVE,
    "revise": frozenset(Stage),
    "repair": LIVE | {Stage.ENDED},
    "hold": frozenset({Stage.HANDLED}),
    "listening": frozenset({Stage.HANDLED}),
    "transfer": frozenset({Stage.HANDLED}),
    "take": frozenset({Stage.FLOW, Stage.HANDLED}),
    "park": frozenset({Stage.HANDLED}),
    "shelve": frozenset({Stage.PARKED}),
    "pull": frozenset({Stage.QUEUED, Stage.PARKED}),
    "move": frozenset({Stage.QUEUED}),
    "withdraw": frozenset({Stage.QUEUED, Stage.HANDLED}),
    "requeue": frozenset({Stage.HANDLED}),
    "reopen": frozenset({Stage.ENDED}),
    "annotate": frozenset({Stage.HANDLED, Stage.WRAP_UP}),
    "reply": frozenset({Stage.HANDLED}),
    "write": frozenset({Stage.HANDLED}),
    "say": frozenset({Stage.HANDLED}),
    "say_as_customer": frozenset({Stage.FLOW, Stage.QUEUED, Stage.HANDLED, Stage.PARKED}),
    "receive_mail": LIVE,
}


def allows(stage: str, operation: str) -> bool:
    """Whether the operation may run in this stage."""
    return stage in ALLOWED[operation]


def require(interaction: Any, operation: str) -> None:
    """Raise `NotAllowed` unless the interaction's stage allows the operation."""
    if not allows(interaction.stage, operation):
        stage = inside(Stage(interaction.stage).label)
        raise NotAllowed(
            gettext("{replace} is not possible: the interaction is {stage}").format(
                replace=operation.replace("_", " "), stage=stage
            )
        )
