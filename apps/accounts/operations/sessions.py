"""Browsers' sessions."""

from importlib import import_module

from django.conf import settings


def forget_sessions() -> None:
    """Remove sessions that have run out. For the worker, hourly: clients that keep no cookie leave many behind."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
