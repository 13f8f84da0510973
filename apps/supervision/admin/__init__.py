"""What the administration screens show. Django imports this module; the order is that of the sidebar."""

from apps.supervision.admin import interactions

__all__ = ["interactions"]
