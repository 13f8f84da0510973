"""One value of each kind, good and bad."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.common.errors import Problem
from apps.objects.values import Refused, Rule, clean

NOON = datetime(2022, 4, 17, 12, tzinfo=UTC)


def rule(kind: str, **options: Any) -> Rule:
    return Rule(kind, "Field", **options)


@pytest.mark.parametrize(
    ("kind", "sent", "stored"),
    [
        ("string", "  text ", "text"),
        ("string", "   ", None),
        ("string", None, None),
        ("boolean", "true", True),
        ("boolean", False, False),
        ("boolean", None, False),
        ("datetime", "2022-04-17T12:00:00.999Z", NOON),
        ("datetime", "2022-04-17T14:00:00+02:00", NOON),
        ("datetime", "2022-04-17T14:00:00.5+0200", NOON),
        ("datetime", "", None),
        ("date", "06/17/2022", date(2022, 6, 17)),
        ("date", "2022-06-17", date(2022, 6, 17)),
        ("double", 17, Decimal(17)),
        ("double", "1.5", Decimal("1.5")),
        ("int", "12", 12),
    ],
)
def test_what_is_stored(kind: str, sent: Any, stored: Any) -> None:
    assert clean(sent, rule(kind)) == stored


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("string", 5),
        ("string", True),
        ("string", ["a"]),
        ("string", "nul \x00"),
        ("string", "half a pair \ud83d"),
        ("boolean", "yes"),
        ("boolean", 1),
        ("boolean", []),
        ("datetime", "2022-04-17T12:00:00"),
        ("datetime", "2022-04-17"),
        ("datetime", "2022-13-17T12:00:00Z"),
        ("datetime", "0001-01-01T00:00:00+14:00"),
        ("datetime", "20220417T120000Z"),
        ("datetime", 1650196800),
        ("datetime", datetime(2022, 4, 17, 12)),  # noqa: DTZ001
        ("date", "17/06/2022"),
        ("date", "2022-02-30"),
        ("double", True),
        ("double", "many"),
        ("int", 1.5),
    ],
)
def test_what_cannot_be_read(kind: str, sent: Any) -> None:
    with pytest.raises(Refused) as caught:
        clean(sent, rule(kind))
    assert caught.value.problem is Problem.MALFORMED


@pytest.mark.parametrize(
    ("given", "sent", "problem"),
    [
        (rule("string", length=3), "four", Problem.TOO_LONG),
        (rule("picklist", options=["New"]), "new", Problem.NOT_IN_PICKLIST),
        (rule("double", precision=3, scale=0), 1000, Problem.OUT_OF_RANGE),
        (rule("double"), "NaN", Problem.OUT_OF_RANGE),
        (rule("double"), 1e400, Problem.OUT_OF_RANGE),
        (rule("double"), "1e999999999", Problem.OUT_OF_RANGE),
        (rule("double", numeric_text=False), "1", Problem.MALFORMED),
    ],
)
def test_what_is_refused(given: Rule, sent: Any, problem: Problem) -> None:
    with pytest.raises(Refused) as caught:
        clean(sent, given)
    assert caught.value.problem is problem


def test_a_picklist_that_is_not_restricted_takes_any_text() -> None:
    assert clean("Neighbour", rule("picklist")) == "Neighbour"


def test_a_number_is_rounded_to_its_places() -> None:
    assert clean("17.46", rule("double", scale=1)) == Decimal("17.5")
    assert clean("-1e17", rule("double")) == Decimal("-1e17")
