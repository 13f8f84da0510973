"""A tiny vendor: what happened is told on /news/<channel of the contact>, calls also on /calls."""

from collections.abc import Callable, Iterable
from typing import Any

from apps.accounts.models import User
from apps.events.models import Event


class TinyDialect:
    def allows(self, user: User, channel_pattern: str) -> bool:
        if channel_pattern.startswith("/staff"):
            return user.sees_everything
        return channel_pattern in ("/**", "/calls") or channel_pattern.startswith("/news")

    def messages(
        self, event: Event, user: User, *, base_url: str, hears: Callable[[str], bool]
    ) -> Iterable[tuple[str, Any]]:
        channel = event.data["interaction"]["channel"]
        data = {"what": event.name, "number": event.interaction_id, "uri": f"{base_url}/{event.interaction_id}"}
        yield f"/news/{channel}", data
        if channel == "email":
            yield "/staff/news", data
        if channel == "voice":
            yield "/calls", data
