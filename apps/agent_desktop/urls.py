from django.urls import path

from apps.agent_desktop import files, typing, views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("work/<uuid:work>", views.desk, name="desk-work"),
    path("work/<uuid:work>/typing", typing.typing, name="desk-typing"),
    path("attachments/<uuid:attachment>", files.attachment, name="desk-attachment"),
    path("at/<slug:kind>", views.place, name="desk-place"),
    path("targets", views.targets, name="desk-targets"),
    path("people", views.people, name="desk-people"),
    path("canned", views.canned, name="desk-canned"),
    path("parts", views.parts, name="desk-parts"),
    path("state", views.state, name="desk-state"),
    path("leave", views.leave, name="desk-leave"),
    path("heartbeat", views.heartbeat, name="desk-heartbeat"),
]
