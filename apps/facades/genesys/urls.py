"""The published paths, each with and without a trailing slash and never redirected. The notifications are cometd's."""

from django.urls import URLPattern, re_path

from apps.facades.genesys.payloads.media import BY_PLURAL
from apps.facades.genesys.views import agents, calls, directory, interactions, mail, me, media, settings, workbins
from apps.facades.genesys.views.base import GenesysView, UnknownView

_ID = r"(?P<public_id>[^/]+)"
_UUID = r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_WORKBIN = r"(?P<workbin>[^/]+)"
_MEDIUM = rf"(?P<plural>{'|'.join(BY_PLURAL)})"


def _path(pattern: str, view: type[GenesysView]) -> URLPattern:
    return re_path(rf"^api/v2/{pattern}/?$", view.as_view())


urlpatterns = [
    _path("interactions", interactions.InteractionsView),
    _path(f"interactions/{_ID}", interactions.InteractionView),
    _path("me/interactions", interactions.MyInteractionsView),
    _path(f"me/interactions/{_ID}", interactions.MyInteractionView),
    _path("me", me.MeView),
    _path("me/channels", me.MyChannelsView),
    _path("me/channels/(?P<channel>[^/]+)", me.MyChannelView),
    _path("me/devices", me.MyDevicesView),
    _path("(?:me/)?devices/(?P<device>[^/]+)", me.MyDeviceView),
    _path("(?:me/)?queues", directory.QueuesView),
    _path(f"queues/{_UUID}", directory.QueueView),
    _path("users", directory.UsersView),
    _path(f"users/{_UUID}", agents.AgentView),
    _path(f"users/{_UUID}/channels", agents.AgentChannelsView),
    _path(f"users/{_UUID}/channels/(?P<channel>[^/]+)", agents.AgentChannelView),
    _path("(?:me/)?devices/(?P<device>[^/]+)/calls", calls.DeviceCallsView),
    _path("me/(?P<plural>emails)", mail.MyMailView),
    _path(f"me/(?:emails|interactions)/{_ID}/attachments", mail.AttachmentsView),
    _path(f"(?:me/)?(?:emails|interactions)/{_ID}/attachments/{_UUID}", mail.AttachmentView),
    _path("settings", settings.SettingsView),
    _path("settings/(?P<group>[^/]+)", settings.SettingsGroupView),
    _path("skills", directory.SkillsView),
    _path(f"skills/{_UUID}", directory.SkillView),
    _path("(?:me/)?contacts", directory.ContactsView),
    _path(f"(?:me/)?contacts/{_UUID}", directory.ContactView),
    _path("workbins", workbins.WorkbinsView),
    _path("me/workbins", workbins.MyWorkbinsView),
    _path(f"(?:me/)?workbins/{_WORKBIN}", workbins.WorkbinView),
    _path(f"(?:me/)?workbins/{_WORKBIN}/{_MEDIUM}", workbins.WorkbinContentView),
    _path(f"users/{_UUID}/workbins", workbins.UsersWorkbinsView),
    _path(f"users/{_UUID}/workbins/{_WORKBIN}", workbins.UsersWorkbinView),
    _path(f"users/{_UUID}/workbins/{_WORKBIN}/{_MEDIUM}", workbins.UsersWorkbinContentView),
    _path(f"me/{_MEDIUM}", media.MyMediumView),
    _path(f"(?:me/)?{_MEDIUM}/{_ID}", media.MyMediumItemView),
    re_path(r"^api/v2/(?!notifications(?:/|$))", UnknownView.as_view()),
]
