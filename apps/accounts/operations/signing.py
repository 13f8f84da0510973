"""Sign-ins for the audit log: those that open a session or token, not each request that carries a password."""

from apps.accounts.models import User
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.storable import unstorable
from apps.tenants.scope import scope


def note_sign_in(user: User, way: str) -> None:
    """The user has come in, in this way."""
    _note(Action.SIGNED_IN, user, way)


def note_failure(username: str, way: str) -> None:
    """A wrong password for somebody's name. Of a name that nobody has there is no tenant to tell."""
    if unstorable(username):
        return
    user = User.objects.select_related("tenant").filter(username=username).first()
    if user is not None:
        _note(Action.SIGN_IN_FAILED, user, way)


def note_sign_out(user: User, way: str) -> None:
    _note(Action.SIGNED_OUT, user, way)


def _note(action: Action, user: User, way: str) -> None:
    with scope(user.tenant):
        note(action, by=user, about=user, details={"way": way})
