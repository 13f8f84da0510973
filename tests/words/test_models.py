"""What screens show of models waits for its reader: names, help texts, choices, and what validators say."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Choices, Model
from django.utils.functional import Promise

from apps.supervision.site import site

_DOCUMENTED = frozenset(  # values of dialects, that screens show as they are or under words of their own
    {
        *("TranscriptUpload.Status", "EntryType", "ExitType", "OfferState", "CancelCause", "Pace.Kind"),
        *("ConversationParticipant.Role", "Method"),
    }
)
_FILES = frozenset({"CSV", "XLSX"})


def shown() -> list[type[Model]]:
    inlines = (inline.model for screen in site._registry.values() for inline in screen.inlines)
    return list(dict.fromkeys((*site._registry, *inlines)))


def unmarked(model: type[Model]) -> Iterator[str]:
    meta = model._meta
    yield from (str(name) for name in (meta.verbose_name, meta.verbose_name_plural) if not isinstance(name, Promise))
    for field in (each for each in (*meta.fields, *meta.local_many_to_many) if not each.primary_key):
        said = [field.verbose_name, field.help_text, *(label for _, label in getattr(field, "flatchoices", ()))]
        said += [*field.error_messages.values(), *(getattr(check, "message", "") for check in field.validators)]
        texts = (str(each) for each in said if each and not isinstance(each, Promise))
        yield from (f"{field}: {text}" for text in texts if text not in _FILES)


def test_models_on_screens_say_nothing_unmarked() -> None:
    assert [text for model in shown() for text in unmarked(model)] == []


def test_choices_are_marked_unless_a_dialect_documents_them() -> None:
    ours = [each for each in _below(Choices) if each.__module__.startswith("apps.")]
    bare = {each.__qualname__ for each in ours if not all(isinstance(one._label_, Promise) for one in each)}
    assert bare == _DOCUMENTED


def _below(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
