"""How many requests a credential has made in the present minute."""

from django.db import models


class RequestPace(models.Model):
    """One row a credential, in a table that a crash of the server empties: nothing waits for the disk."""

    credential = models.CharField(max_length=64, primary_key=True)
    minute = models.BigIntegerField(help_text="Since 1970.")
    requests = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.requests} by {self.credential}"
