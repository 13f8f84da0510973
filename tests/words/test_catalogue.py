"""Every text has a translation, and the product speaks what the translators wrote."""

import re

import pytest
from babel.messages.catalog import Message

from tests.words.catalogue import FOLDER, compiled, po, read
from tests.words.gathering import messages

LANGUAGES = sorted(folder.name for folder in FOLDER.iterdir())
_PLACES = re.compile(r"%\(\w+\)s|\{[^{}]*\}|</?\w+")  # what is filled in, and what is markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_screens_say_is_translated(language: str) -> None:
    """`python -m tests.words` writes what is new into the file, where its translation belongs."""
    catalog = read(language)
    known = {message.id for message in catalog if message.id and all(_texts(message))}
    said = set(messages())
    assert sorted(map(str, said - known)) == []
    assert sorted(map(str, known - said)) == [], "nobody says this any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_what_the_texts_fill_in(language: str) -> None:
    wrong = [
        message.id
        for message in read(language)
        if message.id and any(_places(text) != _places(_source(message)) for text in _texts(message))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_says_the_same(language: str) -> None:
    assert po(language).with_suffix(".mo").read_bytes() == compiled(read(language))


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else [str(text) for text in message.string]


def _source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _places(text: str) -> list[str]:
    return sorted(_PLACES.findall(text))
