import json

import pytest

from apps.common.fast_json import dumps, loads

TEXTS = [
    '{"a": [1, 1.0, -0.5, 1e16, true, null, "é\\u00e9\\n"]}',
    "[123456789012345678901234567890, -9223372036854775809]",
    '["\\ud800", "\\ud83d\\ude00"]',
    '{"twice": 1, "twice": 2}',
    " [1e400] ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_mean_what_they_mean_to_the_standard_library(text: str) -> None:
    expected = json.loads(text)
    assert loads(text) == expected
    assert loads(text.encode()) == expected
    assert loads(text.encode("utf-16")) == expected


@pytest.mark.parametrize("text", TEXTS[:4])
def test_what_was_read_can_be_written(text: str) -> None:
    value = loads(text)
    assert json.loads(dumps(value)) == value


@pytest.mark.parametrize("text", ["", "NaN", "[Infinity]", '{"a": 1', "{1: 2}", "'a'", '["\x01"]'])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads(text)
