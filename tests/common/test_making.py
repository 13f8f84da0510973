"""Instances that are made quickly are those of the constructor."""

import pytest

from apps.attendees.models import EngagementAttendee
from apps.common.making import new
from apps.engagements.models import EngagementInteraction
from tests.builders import make_live

pytestmark = pytest.mark.usefixtures("in_scope")


def test_as_the_constructor_makes_them() -> None:
    at = make_live().opened_at
    stamps = dict.fromkeys(("created_date", "last_modified_date", "system_modstamp"), at)
    for model in (EngagementInteraction, EngagementAttendee):
        values = {**stamps, "owner_id": 7, "start_date_time": at}
        quick, usual = new(model, values), model(**values)
        assert vars(quick).keys() == vars(usual).keys()
        different = {name for name in vars(quick) if vars(quick)[name] != vars(usual)[name]}
        assert different <= {"_state", "uuid"}
        assert (quick.pk, quick._state.adding, quick._state.db) == (None, True, None)
    assert new(EngagementInteraction, {}).uuid != new(EngagementInteraction, {}).uuid
    assert new(EngagementInteraction, {}).user_data is not new(EngagementInteraction, {}).user_data


def test_an_attribute_that_there_is_none_of() -> None:
    with pytest.raises(TypeError, match="owner"):
        new(EngagementInteraction, {"owner": None})
