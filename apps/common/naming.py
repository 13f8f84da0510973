"""How screens call models and their fields."""

from django.apps import AppConfig
from django.db.models import Model

from apps.common.words import later


def name_later(model: type[Model]) -> None:
    """Let screens call a model and its fields, and say what its rows may not be, in their reader's language.

    Most names follow from the class and its columns, or are those that a dialect documents: nobody writes them down a
    second time. Migrations know what was written down, and dialects ask outside of any language, so neither changes.
    """
    meta = model._meta
    meta.verbose_name, meta.verbose_name_plural = _later(meta.verbose_name), _later(meta.verbose_name_plural)
    for field in meta.local_fields + meta.local_many_to_many:
        field.verbose_name, field.help_text = _later(_plain(field.verbose_name)), _later(field.help_text)
    for constraint in meta.constraints:
        constraint.violation_error_message = _later(constraint.violation_error_message)


def name_app_later(config: AppConfig) -> None:
    config.verbose_name = _later(config.verbose_name)


def _plain(name: object) -> object:
    """A column that is ticked says "active", not "is active"."""
    return name.removeprefix("is ") if isinstance(name, str) else name


def _later(text: object) -> str:
    """A plural that nobody wrote down is made lazily out of the name, with an English ending: it counts as written."""
    return later(str(text)) if text else ""
