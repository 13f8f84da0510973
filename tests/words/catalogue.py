"""The files of translations: `translations/<language>/LC_MESSAGES/django.po` for people, `.mo` for the product."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.words.gathering import Message
from tests.words.markup import ROOT

FOLDER = ROOT / "translations"


def po(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    file = po(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def with_all(catalog: Catalog, said: Iterable[Message]) -> Catalog:
    """The same translations, for exactly what is said now; what is new has none yet."""
    kept = Catalog(locale=catalog.locale, project="Switchroom", copyright_holder="", charset="utf-8", fuzzy=False)
    kept.creation_date = kept.revision_date = catalog.creation_date
    for text in said:
        known = catalog.get(text if isinstance(text, str) else text[0])
        kept.add(text, known.string if known and isinstance(known.id, str) == isinstance(text, str) else None)
    return kept


def compiled(catalog: Catalog) -> bytes:
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def write(language: str, catalog: Catalog) -> None:
    file = po(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog, width=120, sort_output=True, omit_header=False)
    file.with_suffix(".mo").write_bytes(compiled(catalog))
