"""The custom fields of the published create sample, on all three objects, so that a client's first try succeeds."""

from apps.objects.models import CustomFieldKind as Kind
from apps.objects.operations import define_custom_field, define_picklist_value

# Object -> API name -> kind; the spelling differs between the objects as it does in the sample.
SAMPLE_FIELDS = {
    "EngagementInteraction": {
        "sampleLocation__c": Kind.GEOLOCATION,
        "sampleCheckbox__c": Kind.CHECKBOX,
        "sampleDate__c": Kind.DATE,
        "sampleDateTime__c": Kind.DATE_TIME,
        "sampleEmail__c": Kind.EMAIL,
        "samplePercentage__c": Kind.PERCENT,
        "samplePicklist__c": Kind.PICKLIST,
    },
    "EngagementAttendee": {
        "sampleCheckBox__c": Kind.CHECKBOX,
        "sampleDateTime__c": Kind.DATE_TIME,
        "sampleEmail__c": Kind.EMAIL,
        "sampleLocation__c": Kind.GEOLOCATION,
    },
    "EngagementTopic": {
        "sampleCheckbox__c": Kind.CHECKBOX,
        "sampleDate__c": Kind.DATE,
        "sampleDateTime__c": Kind.DATE_TIME,
        "sampleEmail__c": Kind.EMAIL,
        "sampleLocation__c": Kind.GEOLOCATION,
        "sampleNumber__c": Kind.NUMBER,
        "samplePercentage__c": Kind.PERCENT,
        "samplePhoneNumber__c": Kind.PHONE,
    },
}
PICKS = ["pick1", "pick2", "pick3"]


def install_sample_fields() -> None:
    """Define them for the tenant in scope; harmless to repeat."""
    for object_name, fields in SAMPLE_FIELDS.items():
        for position, (api_name, kind) in enumerate(fields.items()):
            define_custom_field(object_name, api_name, kind, position=position)
    for position, value in enumerate(PICKS):
        define_picklist_value("EngagementInteraction", "samplePicklist__c", value, position=position)
