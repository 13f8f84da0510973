"""The desk's keys, which each agent may choose."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.words import later

# What each does, and its usual key; none for what has no key until an agent gives it one.
SHORTCUTS: Mapping[str, tuple[str, str]] = {
    "accept": (later("Accept the offer"), "F8"),
    "reject": (later("Reject the offer"), "F9"),
    "next": (later("Next piece of work"), "F2"),
    "previous": (later("Previous piece of work"), "Shift+F2"),
    "hold": (later("Hold, resume"), "F7"),
    "mute": (later("Mute, unmute"), "Shift+F7"),
    "state": (later("My state"), "F4"),
    "find": (later("Find or do"), "Ctrl+K"),
    "transfer": (later("Transfer"), ""),
    "person": (later("Add a person"), ""),
    "topic": (later("Add a topic"), ""),
    "note": (later("Write the note"), ""),
    "end": (later("End the conversation"), ""),
}
_KEY = re.compile(r"(Ctrl\+)?(Alt\+)?(Shift\+)?(F(?:[1-9]|1[0-2])|[A-Z0-9])", re.ASCII)
# What browsers do not hand over, or people need for writing.
_TAKEN = frozenset(
    {
        *("F5", "F11", "F12", "Ctrl+F4", "Alt+F4", "Ctrl+F5", "Ctrl+Shift+I", "Ctrl+Shift+N", "Ctrl+Shift+T"),
        *(f"Ctrl+{letter}" for letter in "ACFLNPRSTVWXYZ"),
    }
)


def shortcuts_of(agent: Agent) -> dict[str, str]:
    """The key of each act; empty for what has none."""
    return {name: agent.shortcuts.get(name, usual) for name, (_label, usual) in SHORTCUTS.items()}


def choose_shortcuts(agent: Agent, chosen: Mapping[str, str]) -> None:
    """The agent's own keys; what is not named has its usual one.

    Raises Invalid at each act whose key is none, is needed otherwise, or is another act's as well.
    """
    keys = {name: _written(chosen[name]) if name in chosen else usual for name, (_label, usual) in SHORTCUTS.items()}
    problems = [FieldProblem(kind, [name], says) for name, (kind, says) in _problems(keys).items()]
    if problems:
        raise Invalid(*problems)
    agent.shortcuts = {name: key for name, key in keys.items() if key != SHORTCUTS[name][1]}
    agent.save(update_fields=["shortcuts"])


def _written(key: str) -> str:
    """As we write it: `ctrl + k` is Ctrl+K."""
    parts = [part.strip().capitalize() for part in key.split("+")]
    order = {"Ctrl": 0, "Alt": 1, "Shift": 2}
    return "+".join([*sorted(set(parts[:-1]), key=lambda part: order.get(part, 3)), parts[-1]])


def _problems(keys: Mapping[str, str]) -> dict[str, tuple[Problem, str]]:
    found: dict[str, tuple[Problem, str]] = {}
    for name, key in keys.items():
        if not key:
            continue
        parts = _KEY.fullmatch(key)
        others = [SHORTCUTS[other][0] for other, theirs in keys.items() if theirs == key and other != name]
        if parts is None or not (parts[1] or parts[2] or (parts[4].startswith("F") and len(parts[4]) > 1)):
            says = _("Use F1 to F12, or Ctrl or Alt with a letter or a digit.")
            found[name] = (Problem.MALFORMED, says)
        elif key in _TAKEN:
            found[name] = (Problem.MALFORMED, _("%(key)s is the browser's own. Choose another.") % {"key": key})
        elif others:
            says = _("%(key)s is also “%(other)s”. Choose another for one of them.")
            found[name] = (Problem.CONTRADICTION, says % {"key": key, "other": others[0]})
    return found
