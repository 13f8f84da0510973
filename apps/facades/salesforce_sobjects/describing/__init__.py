"""Objects described in the object API's words, out of their one declaration (sobjects 4)."""

from apps.facades.salesforce_sobjects.describing.layouts import compact_layouts, layout, layouts
from apps.facades.salesforce_sobjects.describing.objects import changed_at, described, summary

__all__ = ["changed_at", "compact_layouts", "described", "layout", "layouts", "summary"]
