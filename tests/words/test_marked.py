"""No sentence that Python shows to people is one that a translator never sees."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.words.markup import ROOT

_MARKS = {"gettext", "ngettext", "gettext_lazy", "gettext_noop", "later", "_"}
_SAID_BY = {"error", "info", "success", "warning", "message_user", "ValidationError", "FieldProblem", "Figure"}
_REFUSALS = {"AlreadyDone", "Forbidden", "Invalid", "NotAllowed", "NotFound", "Outdated", "PermissionDenied", "Refused"}
_SAID_AS = {"description", "empty_label", "help_text", "label", "short_description", "title", "verbose_name"}
_FORMS = ("CharField", "ChoiceField", "BooleanField", "DateField", "IntegerField", "FileField")
# Screens, and what they ask for. What a dialect alone asks for is said in its documented words.
_DIALECTS = {"demo", "facades", "simulation"}
SOURCES = [
    source
    for source in sorted((ROOT / "apps").rglob("*.py"))
    if not ({"migrations", "models", "management"} | _DIALECTS) & set(source.parts) and source.name != "models.py"
]
_TITLE = re.compile(r"^[^a-z]*$|^1, by mail$|^1 of 1$|^1 ID$")  # nothing but values; titles of jobs; documented


def unmarked(source: str) -> Iterator[str]:
    """What is given to calls that show it, with words and without a mark."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in _SAID_BY | _REFUSALS and not _is_a_log(node.func):
                yield from (text for each in node.args if _is_sentence(text := _written(each)))
            said = [each.value for each in node.keywords if each.arg in _SAID_AS]
            yield from (text for each in said if _is_sentence(text := _written(each)))
            if _is_a_field(node) and not any(each.arg in (None, "label", "widget") for each in node.keywords):
                yield f"{name} without a label"


def _is_sentence(text: str) -> bool:
    return " " in text.strip() and not _TITLE.match(text)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _is_a_log(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and _name(called.value) in ("logger", "_logger", "log", "_log")


def _is_a_field(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and _name(node.func.value) == "forms" and node.func.attr in _FORMS


def _written(given: ast.expr) -> str:
    """The literal, or the parts of one that has values between."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    if isinstance(given, ast.JoinedStr):
        return "".join(_written(part) if isinstance(part, ast.Constant) else "1" for part in given.values)
    return ""


def test_every_sentence_is_marked() -> None:
    found = {str(source.relative_to(ROOT)): list(unmarked(source.read_text())) for source in SOURCES}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise NotAllowed("it is gone already")', ["it is gone already"]),
        ('raise NotAllowed(gettext("it is gone already"))', []),
        ('messages.error(request, f"{name} is gone")', ["1 is gone"]),
        ('logger.warning("cannot read it")', []),
        ('admin.display(description="Time zone")', ["Time zone"]),
        ("forms.CharField(max_length=3)", ["CharField without a label"]),
        ('forms.CharField(label=_("Name"), help_text="What it is called.")', ["What it is called."]),
        ('Figure(name, f"{one}: {other}")', []),
    ],
)
def test_it_sees_the_difference(source: str, found: list[str]) -> None:
    assert list(unmarked(source)) == found


def test_nothing_is_translated_before_anybody_reads() -> None:
    """`gettext` at import would speak the language of no one for ever; `later` waits."""
    found = [
        f"{source.relative_to(ROOT)}:{line}" for source in SOURCES for line in _at_import(ast.parse(source.read_text()))
    ]
    assert found == []


def _at_import(tree: ast.AST) -> Iterator[int]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and _name(node.func) in ("gettext", "ngettext"):
            yield node.lineno
        yield from _at_import(node)
