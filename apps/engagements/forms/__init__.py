"""Forms of documented records, made from their declarations: any page shows them, every way in checks alike."""

from apps.engagements.forms.record import Group, RecordForm, groups_of

__all__ = ["Group", "RecordForm", "groups_of"]
