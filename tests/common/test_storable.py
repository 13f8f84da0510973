from typing import Any

import pytest

from apps.common.storable import unstorable


def _nested(levels: int) -> dict[str, Any]:
    return {"a": _nested(levels - 1)} if levels else {}


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "é😀", {"a": {"b": [1, {"c": None}]}}, _nested(32)])
def test_keeps_ordinary_json(value: Any) -> None:
    assert unstorable(value) is None


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", float("inf"), {"a\x00": 1}, {"a": ["\udfff"]}, [float("nan")], _nested(33)]
)
def test_names_what_cannot_be_kept(value: Any) -> None:
    assert unstorable(value)
