"""Signing in by user name and password, with permissions that follow the role."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from apps.accounts.model_permissions import permits_any_of, permits_django
from apps.accounts.models import User
from apps.tenants.selecting import Select

_OF_KEY: Select[User] = Select(lambda key: User.objects.select_related("tenant").filter(pk=key), numbers=["key"])


class RoleBackend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = _OF_KEY.first(key=user_id)
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.may_sign_in and not user.is_key)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active and permits_django(user_obj, perm))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return bool(user_obj.is_active and permits_any_of(user_obj, app_label))
