"""What an event can change on an agent's page: the one place that says which parts are read anew after it."""

from collections.abc import Iterable, Iterator

from apps.events.catalogue import CATALOGUE

NOW = ("was-set", "statebar", "offers", "my-work")
TALLIES = ("workbins", "my-day")  # what only some acts move, and what takes longer to work out
OF_THE_WORK = (
    *("work-head", "transcript", "mail", "compose", "journal", "notes", "wrapup", "fields"),
    *("customer", "attendees", "topics"),
)
WHOLE = ("work", "context")
EVERYTHING = "everything"  # asked for by a page that may have missed something

_TALLIED = {"my-day": ("complet", "close", "left", "draft"), "workbins": ("park", "pull", "draft")}  # in events' names
_STATE = ("was-set", "statebar", "offers")
_SAID = ("chat.said", "transcript.added", "signal.noticed")
_NOT_SHOWN = (
    *("chat.participants_changed", "chat.typing", "chat.history", "work.focused", "work.unfocused"),
    *("job.", "data.", "alert.", "workbin."),
)
# Of the contact that is open. Whatever is not named here may change all that is shown of it.
_OF_OPEN: dict[str, tuple[str, ...]] = {
    "engagement.changed": (
        *("offers", "my-work", "work-head", "notes", "wrapup", "fields", "pairs", "customer", "attendees", "topics"),
    ),
    **dict.fromkeys(
        ("call.held", "call.resumed", "call.recording_changed", "call.muted", "call.unmuted"), ("work-head", "journal")
    ),
    **dict.fromkeys(_SAID, ("transcript",)),
}
# Of others, which the page lists. Whatever is not named here may open one of them, where none is.
_OF_OTHERS = dict.fromkeys(("work.offered", "work.rejected", "work.timed_out", "work.cancelled"), NOW)
HEARD = " ".join(name for name in CATALOGUE if not name.startswith(_NOT_SHOWN))
HEARD_HERE = " ".join(_SAID)  # of the open contact alone


def parts_after(of_open: Iterable[str], of_others: Iterable[str], *, is_open: bool) -> Iterator[str]:
    """Parts, some of them twice, after events of the open contact and of other things; `is_open`: whether there is one.

    What the names of events do not tell of is left out by whoever renders.
    """
    work = (*OF_THE_WORK, "pairs")  # and not the form below them
    for name in of_open:
        yield from _OF_OPEN.get(name, (*NOW, *work, *(("data",) if _may_end(name) else ())))
        yield from _tallies(name)
    for name in of_others:
        if name == EVERYTHING:
            yield from (*NOW, *TALLIES, *(work if is_open else WHOLE))
        elif name.startswith("agent."):
            yield from _STATE if is_open else (*_STATE, "work")
        else:
            yield from _OF_OTHERS.get(name, NOW if is_open else (*NOW, *WHOLE))
            yield from _tallies(name)


def _may_end(name: str) -> bool:
    """Whether the agent's part may be over, and nothing is to be written any more."""
    return any(word in name for word in ("complet", "close", "left", "transfer", "requeue", "park"))


def _tallies(name: str) -> list[str]:
    return [part for part, words in _TALLIED.items() if any(word in name for word in words)]
