"""Why somebody is not let in. Every façade has words of its own for it."""

from enum import StrEnum

from apps.common.errors import SwitchroomError


class Refusal(StrEnum):
    CREDENTIALS = "the name or the password is wrong"
    USER = "the user is inactive"
    TENANT = "the organisation is suspended"
    RATE = "too many attempts"
    CODE = "the code is not valid"
    EXPIRED_CODE = "the code has expired"
    REDIRECT = "the redirect URI is not the one that the code was made for"
    VERIFIER = "the code verifier is wrong"
    TOKEN = "the refresh token is not valid"


class SignInRefused(SwitchroomError):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why
