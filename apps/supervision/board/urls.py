from django.urls import path

from apps.supervision.board import views

urlpatterns = [
    path("", views.board, name="board"),
    path("parts/", views.parts, name="board-parts"),
    path("work/<uuid:key>/", views.work, name="board-work"),
    path("agents/<int:key>/", views.agent, name="board-agent"),
    path("queues/<int:key>/", views.queue, name="board-queue"),
]
