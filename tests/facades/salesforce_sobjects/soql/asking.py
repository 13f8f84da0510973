"""Rows to ask about, and the asking."""

from datetime import UTC, datetime
from typing import Any

from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce_sobjects.soql import Query
from apps.topics.models import EngagementTopic
from tests.builders import make_user

T0 = datetime(2024, 3, 4, 10, 20, 30, tzinfo=UTC)
CONTACT = "003Wq00000pL9cDIAS"


def make(**values: Any) -> EngagementInteraction:
    return EngagementInteraction.objects.create(
        **{"communication_channel": "Voice Call", "channel": "voice", "start_date_time": T0, "opened_at": T0}
        | _stamps(values)
    )


def attendee(engagement: EngagementInteraction, **values: Any) -> EngagementAttendee:
    values = {"engagement": engagement, "start_date_time": T0, "external_attendee_id": CONTACT, **values}
    return EngagementAttendee.objects.create(**_stamps(values))


def topic(engagement: EngagementInteraction, name: str, **values: Any) -> EngagementTopic:
    return EngagementTopic.objects.create(**_stamps({"engagement": engagement, "name": name, **values}))


def crm(object_name: str, record_id: str, name: str, **values: Any) -> CrmRecord:
    return CrmRecord.objects.create(object_name=object_name, record_id=record_id, name=name, **values)


def _stamps(values: dict[str, Any]) -> dict[str, Any]:
    user = values.pop("owner", None) or make_user("integration")
    return {"owner": user, "created_by": user, "last_modified_by": user, **values}


def ask(text: str, by: Any = None, **options: Any) -> list[dict[str, Any]]:
    """The records, without the attributes of the outermost ones."""
    query = Query(text, by=by or make_user("admin"), **{"version": 59, **options})
    records = query.grouping.records() if query.grouping else query.page().records
    return [{name: value for name, value in record.items() if name != "attributes"} for record in records]


def reasons(where: str, by: Any = None, **options: Any) -> list[str]:
    found = ask(f"SELECT Reason FROM EngagementInteraction WHERE {where} ORDER BY Reason", by, **options)
    return [row["Reason"] for row in found]
