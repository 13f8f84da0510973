"""What a person is given: the same data twice, as JSON for machines and as a page to read, in one ZIP file."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext

Row = Mapping[str, Any]
_HEAD = """<!DOCTYPE html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{title}</title>
<style>{style}</style><h1>{title}</h1>"""
_STYLE = """body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1f27;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dt{color:#4b5563}dd{margin:0;overflow-wrap:anywhere}
section{border-top:1px solid #9aa3af;margin-top:1.5rem}"""


class Document:
    """Written as it comes; holds no more than one contact in memory."""

    def __init__(self, folder: Path, head: Row) -> None:
        self._json: TextIO = (folder / "personal-data.json").open("w", encoding="utf-8")
        self._page: TextIO = (folder / "personal-data.html").open("w", encoding="utf-8")
        self._json.write(_json(head)[:-1] + ', "contacts": [')
        self._page.write(_head() + _facts(head))
        self._between = "\n"

    def add(self, contact: Row) -> None:
        self._json.write(self._between + _json(contact))
        self._between = ",\n"
        self._page.write(format_html("<section><h2>{}</h2>", contact.get("name", "")) + _facts(contact) + "</section>")

    def close(self) -> None:
        self._json.write("\n]}\n")
        self._json.close()
        self._page.close()


@contextmanager
def document(path: Path, head: Row) -> Iterator[Document]:
    """Opens one that stands at `path` afterwards, whole or not at all."""
    with TemporaryDirectory() as folder:
        made = Document(Path(folder), head)
        yield made
        made.close()
        packed = Path(folder) / "packed.zip"
        with ZipFile(packed, "w", ZIP_DEFLATED) as pack:
            for each in sorted(Path(folder).glob("personal-data.*")):
                pack.write(each, each.name)
        shutil.move(packed, path)


def _head() -> str:
    direction = "rtl" if get_language_bidi() else "ltr"
    title = gettext("Personal data")
    return format_html(_HEAD, language=get_language(), direction=direction, title=title, style=mark_safe(_STYLE))


def _name(key: str) -> str:
    """As screens call it, where they do: keys are those of the JSON."""
    return gettext(key.replace("_", " "))


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _facts(row: Row) -> str:
    plain = [(_name(name), _text(value)) for name, value in row.items() if not _is_rows(value)]
    said: str = format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", plain))
    for name, rows in row.items():
        if _is_rows(rows):
            said += format_html("<h3>{}</h3>", _name(name))
            said += "".join(_facts(each) for each in rows)
    return said


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and isinstance(value[0], dict)


def _text(value: Any) -> str:
    return _json(value) if isinstance(value, dict | list | tuple) else str(value)
