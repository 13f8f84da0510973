"""What screens say, read out of the sources: templates, marked strings, and the names of models and their fields."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import unfold
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.db.models import BaseConstraint
from django.test.utils import override_settings
from django.utils.functional import Promise
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from apps.engagements.forms.fields import label_of
from apps.engagements.lists import LISTS
from apps.objects import registry, standard
from apps.objects.columns import PER_USER, Column
from apps.objects.records import Record
from apps.reporting.statistics.catalogue import STATISTICS
from apps.supervision.site import site
from apps.tenants.models import Tenant
from tests.words.markup import ROOT, TEMPLATES

Message = str | tuple[str, str]  # one text, or singular and plural

_TEXTS = ("later", "kept", "gettext_lazy", "gettext_noop")
_KEYWORDS = {**DEFAULT_KEYWORDS, **dict.fromkeys(_TEXTS), "ngettext_lazy": (1, 2)}
_SOURCES = ("apps", "config")
_CONTRIBUTED, _USED = "contrib", ("contrib", "filters")  # of the library that draws the administration screens


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
    found |= dict.fromkeys((*_named(), *_documented(), *_drawn()))
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
    """Objects, and the fields that lists can show, by the labels that the dialects document."""
    shown = [listed.sobject for listed in LISTS.values()]
    for sobject in shown:
        yield f"{sobject.label} ID"
        yield from (text.removeprefix("Engagement ").lower() for text in (sobject.label, sobject.plural))
    yield from (registry.named(row.object_name).label for row in standard._rows(Tenant()))
    for sobject in registry.every():
        if "query" in sobject.calls and issubclass(sobject.model, Record):
            yield sobject.label
            for declared, _ in sobject.fields.values():
                yield from (declared.label, label_of(Column(declared, "")))
    yield from (column.declared.label for column in PER_USER)
    yield from (row.label for row in standard._rows(Tenant()) if "_" not in row.label)


def _drawn() -> Iterator[Message]:
    """What the administration's library says and Django does not, which alone brings translations."""
    root = Path(unfold.__file__).parent
    with override_settings(LOCALE_PATHS=[]):
        known = trans_real.DjangoTranslation("de")
    for source in sorted((*root.rglob("*.html"), *root.rglob("*.py"))):
        parts = source.relative_to(root).parts
        if parts[0] != _CONTRIBUTED or parts[:2] == _USED:
            text = source.read_text()
            calls = templatize(text, origin=source.name) if source.suffix == ".html" else text
            found = _marked(re.sub(r"^\s+", "", calls, flags=re.MULTILINE) if source.suffix == ".html" else calls)
            yield from (said for said in found if not is_known(known, said))


def is_known(spoken: trans_real.DjangoTranslation, said: Message) -> bool:
    """Whether the language has its own words for it."""
    text = said if isinstance(said, str) else said[0]
    return any(text in each or (text, spoken.plural(1)) in each for each in spoken._catalog._catalogs)


def _named() -> Iterator[Message]:
    """Names and help texts of what the screens show of our models (`apps.common.naming.name_later`)."""
    yield from dict.fromkeys(str(screen.opts.app_config.verbose_name) for screen in site._registry.values())
    inlines = (inline.model for screen in site._registry.values() for inline in screen.inlines)
    for model in dict.fromkeys((*site._registry, *inlines)):
        meta = model._meta
        said = [meta.verbose_name, meta.verbose_name_plural]
        for field in (*meta.fields, *meta.local_many_to_many):
            said += [field.verbose_name, field.help_text] if field.editable else [field.verbose_name]
        texts = (each.violation_error_message for each in meta.constraints)
        said += [each for each in texts if each and str(each) != BaseConstraint.default_violation_error_message]
        yield from (str(text) for text in said if isinstance(text, Promise))
