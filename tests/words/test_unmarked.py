"""No screen says anything that a translator never sees."""

import re
from pathlib import Path

import pytest

from tests.words.markup import ROOT, TEMPLATES, unmarked


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_word_of_a_template_is_marked(template: Path) -> None:
    assert list(unmarked(template.read_text())) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Nobody waits.</p>", ["Nobody waits."]),
        ('<p>{% translate "Nobody waits." %}</p>', []),
        ("{% blocktranslate %}<b>{{ n }}</b> wait{% endblocktranslate %} · Switchroom", []),
        ("""<b title="{% if a %}Older{% endif %}">{{ b|default:"empty" }}</b>""", ["empty", "1 Older 1"]),
        ("""<b title="{% translate 'Older' %}">{{ b|default:_("empty") }}</b>""", []),
        ("""{% include "a/b.html" with label="Copy to" %}{% if a == "Drafts" %}{% endif %}""", ["Copy to"]),
        ("<script>let a = 1;</script><style>b { color: red }</style>{# words #}", []),
    ],
)
def test_it_sees_the_difference(source: str, found: list[str]) -> None:
    assert list(unmarked(source)) == found


# Begins with a capital and goes on in small letters, or joins two values; names of keys and classes are one word.
_SPOKEN = re.compile(r"""["'`>][A-Z][a-z]+ [^"'`<]*[a-z]|(?:`|\} )(?!draft )[a-z]{2,} \$\{|· [A-Z][a-z]+ ·""")


@pytest.mark.parametrize("script", sorted((ROOT / "static/switchroom").glob("*.js")), ids=lambda path: path.name)
def test_scripts_say_what_the_page_gave_them(script: Path) -> None:
    code = re.sub(r"/\*[\s\S]*?\*/|(?<!:)//.*", "", script.read_text())
    assert _SPOKEN.findall(code) == []


_MEASURES = re.compile(r'\b(style|x|y|x1|x2|y1|y2|cx|cy|width|data-second)="([^"]*\{\{[^"]*)"')


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_what_machines_measure_has_no_decimal_comma(template: Path) -> None:
    found = [
        whole
        for _, whole in _MEASURES.findall(template.read_text())
        if any("stringformat" not in each for each in re.findall(r"\{\{(.*?)\}\}", whole))
    ]
    assert found == []
