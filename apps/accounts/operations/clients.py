"""Client applications: set up by administrators, never removed while somebody counts on them."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from oauth2_provider.models import Application

from apps.accounts.keys import refusal
from apps.accounts.models import ApiClient, ApiSession, Approval, GrantType, User
from apps.accounts.operations.setup import keep
from apps.accounts.operations.tokens import end_all, withdraw
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotFound, Problem
from apps.common.words import kept

_BY_ITSELF = (GrantType.CLIENT_CREDENTIALS, GrantType.PASSWORD)


@transaction.atomic
def register_client(
    user: User, name: str, *, grant_types: Sequence[str] = _BY_ITSELF, **settings: Any
) -> tuple[str, str]:
    """A client application that runs as the user; returns its id and its secret, which is shown this once."""
    client = ApiClient(
        name=name,
        user=user,
        tenant=user.tenant,
        client_type=Application.CLIENT_CONFIDENTIAL,
        grant_types=list(grant_types),
        **settings,
    )
    secret = _give_secret(client)
    _fit(client)
    client.save()
    return client.client_id, secret


@transaction.atomic
def configure_client(client: ApiClient, *, by: User) -> str | None:
    """Add or change a client. Returns the secret of a new one, to be shown this once; None otherwise.

    One that is switched off loses its tokens. Raises as `keep`, and Invalid for settings that contradict each other.
    """
    secret = _give_secret(client) if client._state.adding and not client.is_public else None
    _fit(client)
    _check(client)
    keep(client, by=by)
    if not client.is_active:
        end_all(application=client)
    return secret


@transaction.atomic
def renew_secret(client: ApiClient, *, by: User) -> str:
    """Another secret in place of the client's; the old one opens nothing any more. Raises as `keep`."""
    secret = _give_secret(client)
    keep(client, by=by)
    return secret


@transaction.atomic
def revoke_client(client: ApiClient, *, by: User) -> None:
    """End all sessions and approvals of the client. Raises Forbidden, NotFound."""
    _authorise(by, client.tenant_id)
    note(Action.REMOVED, by=by, about=client, details={"what": kept("sessions and approvals")})
    end_all(application=client)


@transaction.atomic
def end_session(session: ApiSession, *, by: User) -> None:
    """Its token is refused from now on. Raises Forbidden, NotFound."""
    _authorise(by, session.user.tenant_id)
    note(Action.REMOVED, by=by, about=session.user, details={"what": kept("a session"), "way": session.way})
    session.delete()


@transaction.atomic
def withdraw_approval(approval: Approval, *, by: User) -> None:
    """As its person would: the refresh token and what came of it end. Raises Forbidden, NotFound."""
    _authorise(by, approval.user.tenant_id)
    note(Action.REMOVED, by=by, about=approval.user, details={"what": kept("an approval")})
    withdraw(approval)


def _give_secret(client: ApiClient) -> str:
    """Only a hash of it is kept."""
    secret = secrets.token_urlsafe(32)
    client.client_secret, client.hash_client_secret = secret, True
    return secret


def _fit(client: ApiClient) -> None:
    """The library's own column knows one way only: it is asked for redirect URIs by that."""
    by_browser = client.allows(GrantType.AUTHORIZATION_CODE)
    client.authorization_grant_type = (
        Application.GRANT_AUTHORIZATION_CODE if by_browser else Application.GRANT_CLIENT_CREDENTIALS
    )


def _check(client: ApiClient) -> None:
    problems = []
    if client.user is not None and client.user.tenant_id != client.tenant_id:
        raise NotFound(gettext("no such user"))
    if client.certificate and (why := refusal(client.certificate)):
        problems.append(FieldProblem(Problem.MALFORMED, ["certificate"], why))
    if client.allows(GrantType.JWT_BEARER) and not client.certificate:
        problems.append(
            FieldProblem(Problem.REQUIRED, ["certificate"], gettext("assertions are verified with a certificate"))
        )
    if client.allows(GrantType.CLIENT_CREDENTIALS) and client.user is None:
        problems.append(FieldProblem(Problem.REQUIRED, ["user"], gettext("who signs in by itself runs as somebody")))
    if client.allows(GrantType.AUTHORIZATION_CODE) and not client.redirect_uris.split():
        problems.append(
            FieldProblem(Problem.REQUIRED, ["redirect_uris"], gettext("the browser has to go back somewhere"))
        )
    if client.is_public and client.allows(GrantType.CLIENT_CREDENTIALS):
        problems.append(
            FieldProblem(Problem.CONTRADICTION, ["client_type"], gettext("who keeps no secret cannot prove itself"))
        )
    if client.is_public and not client.needs_pkce:
        problems.append(
            FieldProblem(Problem.CONTRADICTION, ["needs_pkce"], gettext("a client without a secret needs PKCE"))
        )
    if problems:
        raise Invalid(*problems)


def _authorise(by: User, tenant_id: int) -> None:
    if not by.has_perm("accounts.change_apiclient"):
        raise Forbidden(gettext("your role may not revoke tokens"))
    if tenant_id != by.tenant_id:
        raise NotFound(gettext("no such client"))
