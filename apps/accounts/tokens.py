"""Whose is this access token? Asked with every request of an API, so one statement that is not built anew."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from oauth2_provider.models import AccessToken

from apps.accounts.models import User
from apps.common import clock, prepared
from apps.tenants.models import Tenant

_DATA_SCOPES = frozenset({"api", "full"})


@dataclass(frozen=True)
class SignedIn:
    """A token that was found, with its active user and that user's tenant."""

    key: int
    expires: datetime
    scopes: frozenset[str]
    user: User

    @property
    def opens_data(self) -> bool:
        """Scopes other than these are kept, and ask for nothing (P-39)."""
        return not self.scopes.isdisjoint(_DATA_SCOPES)

    @property
    def is_expired(self) -> bool:
        return self.expires <= clock.now()


def signed_in(token: str) -> SignedIn | None:
    """The token's user, unless there is no such token or the user may no longer sign in."""
    statement, user_columns = _statement()
    with prepared.cursor() as cursor:
        cursor.execute(statement, [checksum(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    key, expires, scope, *columns = row
    user = _instance(User, columns[:user_columns])
    user.tenant = _instance(Tenant, columns[user_columns:])
    return SignedIn(key, expires, frozenset(scope.split()), user)


def checksum(token: str) -> str:
    """What is kept of a token or code."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


@cache
def _statement() -> tuple[str, int]:
    """The statement, and how many of its columns are the user's."""
    token, user, tenant = (model._meta.db_table for model in (AccessToken, User, Tenant))
    columns = [f"{token}.id, {token}.expires, {token}.scope", *_columns(User), *_columns(Tenant)]
    statement = f"""
        select {", ".join(columns)}
        from {token} join {user} on {user}.id = {token}.user_id join {tenant} on {tenant}.id = {user}.tenant_id
        where {token}.token_checksum = %s and {user}.is_active and {tenant}.is_active
    """
    return statement, len(_columns(User))


def _columns(model: type[models.Model]) -> list[str]:
    return [f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields]


def _instance(model: type[models.Model], values: Any) -> Any:
    return model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], values)
