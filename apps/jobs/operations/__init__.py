"""Beginning, doing, stopping and forgetting jobs."""

from apps.jobs.operations.asking import cancel, start, visible_to
from apps.jobs.operations.forgetting import forget
from apps.jobs.operations.taking import Lost, end, give_back, keep, take

__all__ = ["Lost", "cancel", "end", "forget", "give_back", "keep", "start", "take", "visible_to"]
