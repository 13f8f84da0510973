"""What all views of this dialect share: signing in, bodies, failures in the right shape, lists."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.agents.models import Agent, agent_of
from apps.agents.operations import was_inactive
from apps.common.errors import Forbidden, NotFound
from apps.facades.base import TenantView
from apps.facades.cometd import cors, csrf
from apps.facades.genesys import errors
from apps.facades.genesys.auth import GenesysSignIn, NotSignedIn
from apps.facades.genesys.errors import Shape, outside_values
from apps.facades.genesys.payloads.bodies import Body, json_object
from apps.facades.genesys.payloads.interactions import chosen
from apps.facades.genesys.payloads.links import Links, links_for
from apps.facades.salesforce import OneRepresentation
from apps.queues.operations import note_activity, renew_lease
from apps.tenants import scope

Item = TypeVar("Item")
_PAGE, _LARGEST_PAGE = 100, 500
CONTACT_CENTER_SESSION = "contact_center_session"  # in the HTTP session: which one it opened


class GenesysView(TenantView):
    authentication_classes = [GenesysSignIn]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OneRepresentation  # JSON, whatever the client says it accepts
    shape = Shape.B  # of a failure; an operation that is known may have another

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As the base's; a page of another origin may ask beforehand, without signing in, what it may send."""
        if request.method == "OPTIONS":
            return cors.allow(request, HttpResponse(status=204))
        return super().dispatch(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        return errors.answer(exc, self.shape)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """As REST framework's, with the token that later changes must carry, on every authenticated GET."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if request.method == "GET" and getattr(response, "status_code", 500) < 400:
            for name, value in csrf.headers(request.session.session_key).items():
                final[name] = value
        return cors.allow(request, final)

    def handler(self, request: Request) -> Any:
        """As the base's, once the agent's lease is renewed: any request shows that the client is there (M-13)."""
        self._require_active()
        if agent := self.agent:
            self.hear_of(agent)
            if request.method not in SAFE_METHODS:
                note_activity(agent)
        return super().handler(request)

    def _require_active(self) -> None:
        """Raise NotSignedIn for the cookie of a desktop that was signed out because nothing was done (genesys 16)."""
        opened = self.request.session.get(CONTACT_CENTER_SESSION) if scope.tenant().inactivity_logout_min else None
        if opened is None or not was_inactive(opened):
            return
        if not self.request.headers.get("Authorization"):
            raise NotSignedIn("You were signed out because nothing was done.")
        del self.request.session[CONTACT_CENTER_SESSION]  # signed in anew

    def hear_of(self, agent: Agent) -> None:
        renew_lease(agent)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @property
    def agent(self) -> Agent | None:
        if not hasattr(self, "_agent"):
            self._agent = agent_of(self.user)
        return self._agent

    def require_agent(self) -> Agent:
        if self.agent is None:
            raise Forbidden("only an agent may do this")
        return self.agent

    @property
    def body(self) -> Body:
        return json_object(self.request._request)

    @property
    def links(self) -> Links:
        return links_for(self.request.build_absolute_uri("/"))

    # Answers ----------------------------------------------------------------------------------------------------------

    def fields(self) -> Collection[str] | None:
        """The properties that `fields` names; None for all of them."""
        asked = self.request.query_params.get("fields", "*")
        return None if asked == "*" else [name.strip() for name in asked.split(",")]

    def one(self, name: str, resource: dict[str, Any]) -> Response:
        return Response({"statusCode": 0, name: chosen(resource, self.fields())})

    def many(
        self,
        plural: str,
        items: Sequence[Item] | QuerySet[Any],
        render: Callable[[Iterable[Any]], Iterable[dict[str, Any]]],
    ) -> Response:
        """URIs alone, or with `fields` the resources (genesys 3.2); `totalCount` when only a page is shown.

        `render` is given the page alone.
        """
        offset, limit = self._number("offset", 0), min(self._number("limit", _PAGE), _LARGEST_PAGE)
        page = list(render(items[offset : offset + limit]))
        total = items.count() if isinstance(items, QuerySet) else len(items)
        answer: dict[str, Any] = {"statusCode": 0}
        if self.request.query_params.get("fields"):
            answer[plural] = [chosen(resource, self.fields()) for resource in page]
        else:
            answer["uris"] = [resource["uri"] for resource in page]
        if self.request.query_params.keys() & {"offset", "limit"} or len(page) < total:
            answer["totalCount"] = total
        return Response(answer)

    def _number(self, name: str, default: int) -> int:
        text = self.request.query_params.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise outside_values(name, f"{name} is not a number")
        return int(text)


class UnknownView(GenesysView):
    """Every path that this dialect does not have here."""

    http_method_names = ["get", "post", "put", "delete", "patch"]

    def handler(self, request: Request) -> Any:
        raise NotFound("there is no such resource")
