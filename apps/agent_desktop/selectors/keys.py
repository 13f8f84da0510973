"""The desk's keys as the agent has chosen them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apps.agent_desktop.acts.base import Refused
from apps.agents.models import Agent
from apps.agents.shortcuts import SHORTCUTS, shortcuts_of

# What a key presses on the page, or the word by which the script knows what to do.
_PRESSES: Mapping[str, str] = {
    "accept": ".sw-offer [value=accept]",
    "reject": ".sw-offer [value=reject]",
    "hold": "#work-hold",
    "mute": "#work-mute",
    "transfer": "#work-hand",
    "person": "#add-person",
    "topic": "#add-topic",
    "note": "#note",
    "end": "#work-end",
}


@dataclass(frozen=True)
class Shortcut:
    name: str
    label: str
    key: str
    usual: str
    typed: str = ""  # in the form, where it may be refused
    problem: str = ""

    @property
    def keys(self) -> Sequence[str]:
        """One after the other, as they are pressed together."""
        return self.key.split("+") if self.key else []


@dataclass(frozen=True)
class Keys:
    agent: Agent

    @cached_property
    def of(self) -> Mapping[str, str]:
        """By the name of the act, to be shown on its button."""
        return {name: key.replace("+", " ") for name, key in shortcuts_of(self.agent).items()}

    @property
    def all(self) -> Sequence[Shortcut]:
        chosen = shortcuts_of(self.agent)
        return [Shortcut(name, str(label), chosen[name], usual) for name, (label, usual) in SHORTCUTS.items()]

    def fields(self, refused: Refused | None) -> Sequence[Shortcut]:
        """Of the form, as it was refused or as the keys are."""
        if refused is None:
            return [replace(each, typed=each.key) for each in self.all]
        typed, problems = refused.given, refused.problems
        return [replace(each, typed=typed.get(each.name, ""), problem=problems.get(each.name, "")) for each in self.all]

    @property
    def set(self) -> Sequence[Shortcut]:
        return [each for each in self.all if each.key]

    @property
    def for_script(self) -> str:
        return json.dumps({each.key.lower(): _PRESSES.get(each.name, each.name) for each in self.set})
