"""When a row of the set-up was made and last changed, and by whom. Documented records carry their own stamps."""

from typing import Any

from django.db import models

from apps.common import clock


class Stamped(models.Model):
    """The dates move with every save of the whole row; who did it is known where an operation says so."""

    created_date = models.DateTimeField(default=clock.now, editable=False)
    last_modified_date = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, editable=False, related_name="+")
    last_modified_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields") is None:
            self.last_modified_date = clock.now()
        super().save(*args, **kwargs)

    def stamp(self, by: Any) -> None:
        """Note who is about to save it."""
        self.last_modified_by = by
        if self._state.adding:
            self.created_by = by
