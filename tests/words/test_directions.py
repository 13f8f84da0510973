"""A language that is read from right to left turns the layout round: styles name sides by the text's direction."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation

from tests.words.markup import ROOT, TEMPLATES

SHEETS = sorted((ROOT / "static" / "switchroom").glob("*.css"))
_PHYSICAL = re.compile(
    r"(?<![\w-])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b[\w-]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:left|right)"
    r"|(?:text-align|float|clear)(?=\s*:\s*(?:left|right)\b)"
    r")\s*:"
)
_INLINE = re.compile(r'\bstyle="([^"]*)"')


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_names_no_side_of_the_screen(sheet: Path) -> None:
    assert _PHYSICAL.findall(sheet.read_text()) == []


def test_no_template_names_a_side_of_the_screen() -> None:
    inline = [style for template in TEMPLATES for style in _INLINE.findall(template.read_text())]
    assert [style for style in inline if _PHYSICAL.search(style)] == []


@pytest.mark.parametrize(
    ("style", "is_physical"),
    [
        ("a { margin-left: 1px }", True),
        ("a{left:0}", True),
        ("a { text-align: right }", True),
        ("a { border-top-left-radius: 1px }", True),
        ("a { margin-inline-start: 1px; inset-inline-start: 0; text-align: start }", False),
        ("a { text-align: center }", False),
    ],
)
def test_it_sees_the_difference(style: str, is_physical: bool) -> None:
    assert bool(_PHYSICAL.search(style)) == is_physical


@pytest.mark.django_db
def test_a_page_says_in_which_direction_it_is_read(client: Client) -> None:
    with override_settings(LANGUAGES=[("en", "English"), ("ar", "العربية")]):
        translation.trans_real.get_languages.cache_clear()
        try:
            page = client.get("/sign-in", HTTP_ACCEPT_LANGUAGE="ar").content.decode()
        finally:
            translation.trans_real.get_languages.cache_clear()
    assert '<html class="sw" lang="ar" dir="rtl">' in page
