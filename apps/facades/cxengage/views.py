"""CxEngage's calls: find, and answer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, ClassVar, cast

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import basic
from apps.accounts.models import User
from apps.accounts.operations.signing import note_failure, note_sign_in
from apps.accounts.permissions import Permission, permits
from apps.common.errors import NotFound
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.facades.base import TenantView
from apps.facades.cxengage import auth, errors, filters, listing
from apps.facades.cxengage.dossier import dossiers
from apps.facades.cxengage.payloads.formats import uuid_of
from apps.facades.cxengage.payloads.history import history_row
from apps.facades.cxengage.payloads.interaction import interaction_object
from apps.facades.cxengage.payloads.token import TokenRequest

_WAY = "a CxEngage token"


class _Body(JSONParser):
    """Every body is JSON, whatever a client calls it."""

    media_type = "*/*"

    def parse(self, stream: IO[Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(stream, *args, **kwargs)
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None


class JsonOnly(APIView):
    """JSON in and out, whatever the caller says it accepts, and the dialect's errors."""

    parser_classes = [_Body]
    renderer_classes = [JSONRenderer]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        return JSONRenderer(), JSONRenderer.media_type

    def get_exception_handler(self) -> Any:
        return errors.handler


class CxEngageView(JsonOnly, TenantView):
    """Signed in, a member of the tenant in the path, and permitted; in this order (X-06, X-07)."""

    authentication_classes = [auth.CxEngageAuthentication]
    permission: ClassVar[Permission | None] = Permission.INTERACTIONS_API_READ_ALL  # None: the handler asks itself

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user:
            raise NotAuthenticated("Sign in first.")
        auth.count(self.caller)
        named = uuid_of(kwargs["tenant_id"])
        if named is None:
            raise NotFound("no such tenant")
        if named != self.caller.tenant.uuid:
            raise errors.Refused(*self.expected())
        if self.permission:
            self.require(self.permission)

    def expected(self) -> Sequence[Permission]:
        """Permissions of which a caller needs one."""
        return [self.permission] if self.permission else []

    @contextmanager
    def transaction(self, request: Request) -> Iterator[None]:
        with auth.serving(self.caller), super().transaction(request):
            yield

    def require(self, *any_of: Permission) -> None:
        """Raises Refused unless the caller's role allows one of these."""
        if not any(permits(self.caller, each) for each in any_of):
            raise errors.Refused(*any_of)

    @property
    def caller(self) -> User:
        return cast(User, self.request.user)

    def link(self, request: Request, interaction_id: str) -> str:
        base = settings.PUBLIC_BASE_URL or request.build_absolute_uri("/")
        return f"{base.rstrip('/')}/v1/tenants/{self.caller.tenant.uuid}/interactions/{interaction_id}"


class Interaction(CxEngageView):
    def get(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        named = uuid_of(interaction_id)
        visible = EngagementInteraction.objects.visible_to(self.caller)
        found = dossiers(visible.filter(uuid=named)) if named else []
        if not found:
            raise NotFound("no such interaction")
        full = listing.is_full(request.query_params)
        return Response(interaction_object(found[0], full=full, link=self.link(request, str(named))))


class Interactions(CxEngageView):
    def get(self, request: Request, tenant_id: str) -> Response:
        asked = listing.Listing.parse(request.query_params)
        found = asked.find(self.caller)
        rows = [
            interaction_object(each, full=asked.full, link=self.link(request, str(each.interaction.uuid)))
            for each in found.page
        ]
        return Response(asked.reply(self.caller.tenant, total=found.total, results=rows))


class ContactHistory(CxEngageView):
    permission = Permission.CONTACTS_INTERACTION_HISTORY_READ

    def get(self, request: Request, tenant_id: str, contact_id: str) -> Response:
        named = uuid_of(contact_id)
        contacts = CrmRecord.objects.filter(uuid__in=[named] if named else [])
        if not contacts.exists():
            raise NotFound("no such contact")
        asked = listing.Listing.parse(request.query_params)
        found = asked.find(self.caller, filters.of_contacts(contacts))
        rows = [history_row(each, full=asked.full) for each in found.page]
        return Response(asked.reply(self.caller.tenant, total=found.total, results=rows))


class Nothing(JsonOnly):
    """Any other address: nothing is there, in the dialect's words."""

    authentication_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("no such address")


class Tokens(JsonOnly):
    """`POST /v1/tokens`: a name and a password for a token (X-01)."""

    authentication_classes = []

    def get_authenticate_header(self, request: Request) -> str:
        return auth.CHALLENGE  # without one, what should be 401 would become 403

    def post(self, request: Request) -> Response:
        asked = TokenRequest.parse(request.data)
        user = basic.user_with(asked.username, asked.password)
        if user is None or (asked.tenant_id and uuid_of(asked.tenant_id) != user.tenant.uuid):
            note_failure(asked.username, _WAY)
            raise AuthenticationFailed("The user name or password is not valid.")
        note_sign_in(user, _WAY)
        return Response({"token": auth.Token.make(user, asked.ttl)})
