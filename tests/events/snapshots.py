"""Payloads as the catalogue wants them."""

from typing import Any

from apps.accounts.models import User


def interaction_event(**interaction: Any) -> dict[str, Any]:
    snapshot = {
        "id": 1,
        "uuid": "0195f3a2-0000-7000-8000-000000000001",
        "name": "EI-000000001",
        "channel": "voice",
        "direction": "inbound",
        "stage": "queued",
        "status": "New",
        "subject": None,
        "opened_at": "2025-03-01T10:00:00.000+00:00",
        "customer": "+441632960001",
        "contact_point": "+441632960100",
        "contact_id": None,
        "parent_id": None,
        "is_draft": False,
        "handler_id": None,
        "is_held": False,
        "consult": None,
        "recording": None,
        "queue": "Support",
        "workbin": None,
        "user_data": {},
        "mail": [],
        "participants": [],
    }
    return {"interaction": snapshot | interaction, "parts": [], "changes": {}}


def part(user: User, **values: Any) -> dict[str, Any]:
    """How the user stands to it: offered, if nothing else is said."""
    standing = {
        "user_id": user.pk,
        "user_uuid": str(user.uuid),
        "agent_id": 1,
        "agent_uuid": "0195f3a2-0000-7000-8000-000000000002",
        "state": "offered",
        "outcome": None,
        "cancel_cause": None,
        "leg": 0,
        "cause": "start",
        "answered_at": None,
        "talk_started_at": None,
        "left_at": None,
        "ended_at": None,
        "deadline_at": None,
        "queue": "Support",
        "is_muted": False,
        "call": None,
    }
    return standing | values
