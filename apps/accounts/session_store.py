"""Browsers' sessions, as Django keeps them, read by a statement that is written once: every page begins with it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.common.storable import unstorable
from apps.tenants.selecting import Select

_OF_KEY = Select(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), texts=["key"], times=["now"]
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        found = _OF_KEY.first(key=key, now=timezone.now()) if key and not unstorable(key) else None
        if found is None:
            self._session_key = None
        return found
