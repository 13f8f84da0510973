"""What a supervisor did from the board, as the audit log keeps it: in the system's language, names as they were."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import translation

from apps.accounts.models import User
from apps.agents.models import Agent, NotReadyReason
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.words import kept
from apps.queues.models import Queue

_SAYS: Mapping[str, str] = {
    "reassign": kept("gave it to an agent"),
    "move": kept("moved it to another queue"),
    "back": kept("moved it back"),
    "prioritise": kept("set its priority"),
    "front": kept("put it to the front"),
    "take": kept("took it over"),
    "end": kept("ended it"),
    "listen": kept("asked to listen"),
    "whisper": kept("asked to whisper"),
    "barge": kept("asked to barge in"),
    "stop": kept("asked to be let out"),
    "ready": kept("set ready"),
    "not-ready": kept("set not ready"),
    "log-out": kept("signed out of work"),
    "sign-in": kept("signed in to work again"),
    "restore": kept("set as before"),
    "notify": kept("told something at the desk"),
    "move-all": kept("moved all who wait"),
    "bring-back": kept("moved all back"),
    "raise-all": kept("raised the priority of all"),
    "lower-all": kept("lowered the priority of all again"),
}
_CHOSEN: Mapping[str, Any] = {kept("agent"): Agent, kept("queue"): Queue, kept("reason"): NotReadyReason}
_TYPED: Mapping[str, str] = {"prioritise": kept("priority"), "notify": kept("text")}

_MOST_DIGITS = 19  # that no key has


def noted(act: str, on: Any, given: QueryDict, by: User) -> None:
    """One audit entry of an act that was done, in its transaction."""
    details = {"what": _SAYS[act]}
    with translation.override(settings.LANGUAGE_CODE):
        for name, model in _CHOSEN.items():
            chosen = given.get(name, "")
            is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) < _MOST_DIGITS
            found = model.objects.filter(pk=chosen).first() if is_key else None
            details |= {name: str(found)} if found else {}
    if typed := _TYPED.get(act):
        details[typed] = given.get(typed, "")[:500]
    note(Action.STEERED, by=by, about=on, details=details)
