"""What a telephone system tells of a call that goes on or is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.common.errors import FieldProblem


@dataclass(frozen=True)
class CallUpdate:
    """What was sent; what was not is not in `values` (absent means unchanged). Durations in seconds."""

    values: Mapping[str, Any] = field(default_factory=dict)  # by column
    is_final: bool = True
    agent: str | None = None
    recording_location: str | None = None
    recording_seconds: int | None = None
    interaction_seconds: int | None = None
    wants_callback: bool = False
    call_type: str | None = None
    parent: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()
    provider: str | None = None
