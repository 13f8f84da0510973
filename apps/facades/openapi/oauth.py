"""Signing in, whose views are no REST framework's: written down by hand (sobjects 12)."""

from typing import Any

_TEXT = {"type": "string"}
_GRANTS = [
    "password",
    "client_credentials",
    "refresh_token",
    "authorization_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
]
SCHEMAS: dict[str, Any] = {
    "Token": {
        "type": "object",
        "required": ["access_token", "instance_url", "id", "token_type"],
        "properties": {
            name: _TEXT
            for name in (
                *("access_token", "instance_url", "id", "token_type", "issued_at", "signature", "scope"),
                "refresh_token",
            )
        },
    },
    "OAuthError": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": _TEXT, "error_description": _TEXT},
    },
}


def _json(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _form(required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": required, "properties": properties}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_REFUSED = _json({"$ref": "#/components/schemas/OAuthError"})
_TOKEN_FIELDS: dict[str, Any] = {
    name: _TEXT
    for name in (
        *("client_id", "client_secret", "username", "password", "assertion", "refresh_token", "code"),
        *("redirect_uri", "code_verifier"),
    )
}
PATHS: dict[str, Any] = {
    "/services/oauth2/token": {
        "post": {
            "operationId": "post_token",
            "summary": "Get a token",
            "security": [],
            "requestBody": _form(["grant_type"], grant_type={"type": "string", "enum": _GRANTS}, **_TOKEN_FIELDS),
            "responses": {"200": _json({"$ref": "#/components/schemas/Token"}), "400": _REFUSED, "405": _REFUSED},
        }
    },
    "/services/oauth2/revoke": {
        "post": {
            "operationId": "post_revoke",
            "summary": "Give a token back",
            "security": [],
            "requestBody": _form(["token"], token=_TEXT),
            "responses": {"200": {"description": ""}, "400": _REFUSED},
        }
    },
    "/services/oauth2/introspect": {
        "post": {
            "operationId": "post_introspect",
            "summary": "Ask what a token is good for",
            "security": [],
            "requestBody": _form(["token"], token=_TEXT, client_id=_TEXT, client_secret=_TEXT),
            "responses": {"200": _json({"type": "object"}), "400": _REFUSED, "401": _REFUSED},
        }
    },
    "/id/{organization}/{user}": {
        "get": {
            "operationId": "get_identity",
            "summary": "Who a token stands for",
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": _TEXT} for name in ("organization", "user")
            ],
            "responses": {"200": _json({"type": "object"}), "403": {"description": ""}, "404": {"description": ""}},
        }
    },
    "/services/oauth2/userinfo": {
        "get": {
            "operationId": "get_userinfo",
            "summary": "Who is signed in",
            "responses": {
                "200": _json({"type": "object"}),
                "401": {"description": ""},
                "403": {"description": ""},
            },
        }
    },
}
