"""Browsers' sessions."""

from importlib import import_module

from django.conf import settings
from django.db.models import F, QuerySet

from apps.accounts.models import User


def end_sessions(users: "QuerySet[User]") -> None:
    """Whoever is signed in as one of these, in whatever browser, is so no more from the next request on."""
    users.update(session_round=F("session_round") + 1)


def end_sessions_of_one_factor(users: "QuerySet[User]") -> None:
    """Those of people without a device: they sign in again, and come to where it is set up."""
    end_sessions(users.exclude(totpdevice__confirmed=True))


def forget_sessions() -> None:
    """Remove sessions that have run out. For the worker, hourly: clients that keep no cookie leave many behind."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
