"""Paths of the configuration entities, below the tenant."""

from django.urls import path

from apps.facades.cxengage.configuration import signing_in, views

_TENANT = "v1/tenants/<str:tenant_id>"
_USER = f"{_TENANT}/users/<str:entity_id>"

urlpatterns = [
    path("v1/login", signing_in.Login.as_view()),
    path("v1/me", signing_in.Me.as_view()),
    path("v1/tenants", signing_in.Tenants.as_view()),
    path(_TENANT, signing_in.OneTenant.as_view()),
    *(path(f"{_TENANT}/{name}", views.Entities.as_view(entity=entity)) for name, entity in views.ENTITIES.items()),
    *(
        path(f"{_TENANT}/{name}/<str:entity_id>", views.OneEntity.as_view(entity=entity))
        for name, entity in views.ENTITIES.items()
    ),
    path(f"{_TENANT}/queues/<str:entity_id>/versions", views.QueueVersions.as_view()),
    path(f"{_TENANT}/slas/<str:entity_id>/versions", views.SlaVersions.as_view()),
    path(f"{_USER}/skills", views.UserSkills.as_view(http_method_names=["get", "post"])),
    path(f"{_USER}/skills/<str:skill_id>", views.UserSkills.as_view(http_method_names=["delete"])),
    path(f"{_USER}/groups", views.UserGroups.as_view()),
    path(f"{_USER}/reason-lists", views.UserReasonLists.as_view()),
    path(f"{_USER}/capacity-rules", views.UserCapacityRules.as_view()),
    path(f"{_USER}/config", views.UserConfig.as_view()),
]
