"""Browsers' sessions."""

from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations.tokens import end_all
from apps.accounts.permissions import Permission, may_manage, permits
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import Forbidden
from apps.common.words import kept


def end_sessions(users: "QuerySet[User]") -> None:
    """Whoever is signed in as one of these, in whatever browser, is so no more from the next request on."""
    users.update(session_round=F("session_round") + 1)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User) -> None:
    """End all that is open in somebody's name: browsers, clients' tokens, and what was approved for clients.

    Raises Forbidden unless `by` may manage that person.
    """
    if not permits(by, Permission.MANAGE_ALL_USERS) or user.tenant_id != by.tenant_id or not may_manage(user, by=by):
        raise Forbidden(gettext("this person may do more than you, or you manage nobody"))
    end_sessions(User.objects.filter(pk=user.pk))
    end_all(user=user)
    note(Action.REMOVED, by=by, about=user, details={"what": kept("all sessions and approvals")})


def end_sessions_of_one_factor(users: "QuerySet[User]") -> None:
    """Those of people without a device: they sign in again, and come to where it is set up."""
    end_sessions(users.exclude(totpdevice__confirmed=True))


def forget_sessions() -> None:
    """Remove sessions that have run out. For the worker, hourly: clients that keep no cookie leave many behind."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
