from django.apps import AppConfig


class AgentDesktopConfig(AppConfig):
    name = "apps.agent_desktop"
