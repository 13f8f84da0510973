"""What screens say, read out of the sources: templates, marked strings, and the names of models and their fields."""

import re
from collections.abc import Iterator
from io import BytesIO

from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from apps.objects import registry
from apps.reporting.statistics.catalogue import STATISTICS
from apps.supervision.site import site
from tests.words.markup import ROOT, TEMPLATES

Message = str | tuple[str, str]  # one text, or singular and plural

_KEYWORDS = {**DEFAULT_KEYWORDS, "later": None, "gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2)}
_SOURCES = ("apps", "config")


def messages() -> dict[Message, None]:
    """Every text that is marked, each once, in the order of the sources."""
    found: dict[Message, None] = {}
    for template in TEMPLATES:
        calls = templatize(template.read_text(), origin=template.name)
        found |= dict.fromkeys(_marked(re.sub(r"^\s+", "", calls, flags=re.MULTILINE)))  # which means nothing there
    for folder in _SOURCES:
        for source in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in source.parts and re.search(r"gettext|common\.words", text := source.read_text()):
                found |= dict.fromkeys(_marked(text))
    found |= dict.fromkeys((*_named(), *_documented()))
    return found | dict.fromkeys(str(text) for each in STATISTICS.values() for text in (each.label, each.definition))


def _marked(source: str) -> Iterator[Message]:
    options = {"encoding": "utf-8"}
    for _, call, said, _ in extract_python(BytesIO(source.encode()), _KEYWORDS, [], options):
        texts = said if isinstance(said, tuple) else (said,)
        if call in ("ngettext", "ngettext_lazy"):
            yield texts[0], texts[1]
        elif texts[0]:
            yield texts[0]


def _documented() -> Iterator[Message]:
    """Labels of the fields that people may write, which are those of the dialects' documentation."""
    for sobject in registry.every():
        for field in sobject.model._meta.get_fields():
            declared = getattr(field, "documented", None)
            if declared and declared.updateable:
                name = declared.relationship
                yield re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if name else declared.label


def _named() -> Iterator[Message]:
    """Names and help texts of what the screens show of our models (`apps.common.naming.name_later`)."""
    inlines = (inline.model for screen in site._registry.values() for inline in screen.inlines)
    for model in dict.fromkeys((*site._registry, *inlines)):
        meta = model._meta
        said = [meta.verbose_name, meta.verbose_name_plural]
        for field in meta.local_fields + meta.local_many_to_many:
            said += [field.verbose_name, field.help_text] if field.editable else [field.verbose_name]
        yield from (str(text) for text in said if isinstance(text, Promise))
