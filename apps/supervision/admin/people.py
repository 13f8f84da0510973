"""People, agents, teams, skills and the reasons for not being ready."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldBooleanWidget

from apps.accounts import operations as accounts
from apps.accounts.models import User, UserRole
from apps.accounts.operations import role_of, second_factor
from apps.accounts.own_settings import languages, time_zones
from apps.accounts.passwords import security_token
from apps.accounts.roles import Reach, Role
from apps.agents import operations as agents
from apps.agents.models import Agent, AgentSkill, ChannelCapacity, NotReadyReason, Skill, Team, TeamSupervisor
from apps.common.display import stamp
from apps.common.words import later as _
from apps.queues.models import QueueMember, TeamQueue
from apps.queues.operations import setup as queues
from apps.supervision.admin.base import OperationAdmin, SetupInline
from apps.supervision.admin.forms import SetupForm
from apps.supervision.site import site
from apps.tenants.scope import tenant

_NAMED = 50  # members listed by name; the rest are counted


class UserForm(SetupForm):
    password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=_(
            "Empty: stays as it is. Somebody new without one cannot sign in yet. Another password signs the person out "
            "in every browser, and clients that signed in with the old one; what was approved for clients stays."
        ),
    )
    without_second_factor = forms.BooleanField(
        label=_("Take the second factor away"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_(
            "For somebody who lost the device and the codes: the password alone counts again. "
            "Every browser is signed out."
        ),
    )
    signed_out_everywhere = forms.BooleanField(
        label=_("Sign out everywhere"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Ends every browser’s session, every token, and all that the person approved for clients."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        widget=UnfoldAdminSelectWidget,
        initial="UTC",
        help_text=_("Times on this person’s screens."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=languages,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Of this person’s screens. Everybody may choose it themselves, too."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.tenant_id is None:
            self.instance.tenant = tenant()
        if "own_reach" in self.fields:
            sees: Any = self.fields["own_reach"]
            sees.choices = [("", gettext("As the role says")), *Reach.choices]
        if "assigned_role" in self.fields:  # not for those who may only look
            chosen: Any = self.fields["assigned_role"]
            chosen.label, chosen.required = gettext("Role"), True
            chosen.queryset = UserRole.objects.filter(Q(is_active=True) | Q(pk=self.instance.assigned_role_id))
            if self.instance.pk and self.instance.assigned_role_id is None:
                self.initial["assigned_role"] = role_of(self.instance)

    class Meta:
        fields = (
            *("username", "first_name", "last_name", "email"),
            *("assigned_role", "own_reach", "time_zone", "language", "is_active", "password", "without_second_factor"),
            "signed_out_everywhere",
        )


@admin.register(User, site=site)
class UserAdmin(OperationAdmin):
    """`User` carries no scope: signing in names no tenant. So this screen narrows by hand."""

    form = UserForm
    list_display = ("name", "username", "role_name", "email", "is_active", "last_seen")
    list_display_links = ("name",)
    list_filter = ("role", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    helps = {
        "username": _("What the person signs in with, in every dialect."),
        "is_active": _("Switched off, the person signs in nowhere; what was done stays in this name."),
    }
    ordering = ("first_name", "last_name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        named = super().get_fields(request, obj)
        out_of_place = set()
        if obj is None:
            out_of_place.add("signed_out_everywhere")
        if obj is None or not second_factor.has_one(obj):
            out_of_place.add("without_second_factor")
        return [name for name in named if name not in out_of_place]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        may_see = request.user.has_perm("accounts.view_apisession")
        return ("api_security_token", "api_sessions") if may_see else ("api_security_token",)

    @admin.display(description=_("Role"), ordering="role")
    def role_name(self, user: User) -> str:
        return user.assigned_role.name if user.assigned_role else user.get_role_display()

    @admin.display(description=_("Security token"))
    def api_security_token(self, user: User) -> SafeString:
        """Of use to nobody who does not know the password."""
        hint = gettext("Clients of the Salesforce dialect may append it to the password. It changes with the password.")
        return format_html("<code>{}</code><br>{}", security_token(user), hint)

    @admin.display(description=_("Sessions"))
    def api_sessions(self, user: User) -> SafeString:
        listed = reverse("admin:accounts_apisession_changelist")
        return format_html(
            '<a href="{}?user__id__exact={}">{}</a>', listed, user.pk, gettext("Sessions of this person")
        )

    @admin.display(description=_("Name"), ordering="first_name")
    def name(self, user: User) -> str:
        return user.name

    @admin.display(description=_("Signed in last"))
    def last_seen(self, user: User) -> str:
        return stamp(user.last_login) or gettext("never")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        found: QuerySet[User] = super().get_queryset(request)
        return found.filter(tenant=tenant(), is_key=False).select_related("assigned_role")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        user = super().save_form(request, form, change)
        # The stored hash is no field of the form, whose `password` is another thing.
        user.password = form.initial_hash
        return user

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        form.initial_hash = obj.password if obj else ""
        return form

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        accounts.configure_user(obj, by=request.user, password=form.cleaned_data["password"] or None)
        if form.cleaned_data.get("without_second_factor"):
            second_factor.reset(obj, by=request.user)
        if form.cleaned_data.get("signed_out_everywhere"):
            accounts.sign_out_everywhere(obj, by=request.user)


class MemberInline(SetupInline):
    model = QueueMember
    verbose_name = _("queue")
    verbose_name_plural = _("queues")
    autocomplete_fields = ("queue",)
    ordering = ("queue__name", "pk")
    find = ("queue__name",)


class AgentSkillInline(SetupInline):
    model = AgentSkill
    verbose_name = _("skill")
    verbose_name_plural = _("skills")
    find = ("skill__name",)


class CapacityInline(SetupInline):
    model = ChannelCapacity
    verbose_name = _("capacity")
    verbose_name_plural = _("capacities: pieces of work at once, where they are this agent's own")
    fields = ("channel", "capacity")


@admin.register(Agent, site=site)
class AgentAdmin(OperationAdmin):
    list_display = ("name", "team", "queue_names")
    list_display_links = ("name",)
    list_filter = ("team",)
    search_fields = ("user__first_name", "user__last_name", "user__username")
    ordering = ("user__first_name", "user__last_name")
    inlines = (MemberInline, AgentSkillInline, CapacityInline)

    @admin.display(description=_("Name"), ordering="user__first_name")
    def name(self, agent: Agent) -> str:
        return agent.user.name

    @admin.display(description=_("Queues"))
    def queue_names(self, agent: Any) -> str:
        return ", ".join(sorted(queue.name for queue in agent.queues.all())) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "team").prefetch_related("queues")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "team") if obj else ("user", "team")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "user":
            options["queryset"] = User.objects.filter(tenant=tenant(), agent=None, is_active=True).exclude(
                role=Role.INTEGRATION
            )
        return super().formfield_for_foreignkey(db_field, request, **options)

    def write(self, row: Any, *, by: User) -> None:
        queues.configure(row, by=by) if isinstance(row, QueueMember) else agents.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        queues.remove(row, by=by) if isinstance(row, QueueMember) else agents.remove(row, by=by)


class _OfAgents(OperationAdmin):
    can_erase = shows_uses = True

    def write(self, row: Any, *, by: User) -> None:
        agents.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        agents.remove(row, by=by)


@admin.register(ChannelCapacity, site=site)
class ChannelCapacityAdmin(_OfAgents):
    """Without a row, an agent takes one live conversation of a channel, and five e-mails and work items."""

    list_display = ("channel", "capacity", "whose")
    list_filter = ("channel", "team")
    list_select_related = ("team", "agent__user")
    fields = (("channel", "capacity"), ("team", "agent"))
    shows_uses = False

    @admin.display(description=_("Of"))
    def whose(self, row: ChannelCapacity) -> str:
        return str(row.agent or row.team or "everybody")


class LeaderInline(SetupInline):
    model = TeamSupervisor
    verbose_name = _("supervisor")
    verbose_name_plural = _("supervisors: who leads the team, in it or not")
    autocomplete_fields = ("user",)
    find = ("user__full_name",)


class TeamQueueInline(SetupInline):
    model = TeamQueue
    verbose_name = _("queue")
    verbose_name_plural = _("queues: those that the team looks after")
    autocomplete_fields = ("queue",)
    ordering = ("queue__name", "pk")
    find = ("queue__name",)


@admin.register(Team, site=site)
class TeamAdmin(_OfAgents):
    """People whose reach ends at their teams or queues see what these rows say, in every screen and dialect."""

    list_display = ("name", "member_count", "supervisor_names", "queue_names")
    search_fields = ("name",)
    inlines = (LeaderInline, TeamQueueInline)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "members") if obj else ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("members",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).annotate(people=Count("agents", distinct=True))
        return found.prefetch_related("supervisors__user", "queues__queue")

    @admin.display(description=_("Members"))
    def members(self, team: Team) -> SafeString:
        """Whom a team has is said on the agents' own pages."""
        found = team.agents.select_related("user").order_by("user__first_name", "user__last_name")[:_NAMED]
        links = [(reverse("admin:agents_agent_change", args=[agent.pk]), agent.user.name) for agent in found]
        left = team.people - len(links)  # type: ignore[attr-defined]
        more = gettext(" and {number} others").format(number=left) if left > 0 else ""
        return format_html("{}{}", format_html_join(", ", '<a href="{}">{}</a>', links) or gettext("Nobody yet"), more)

    @admin.display(description=_("Members"), ordering="people")
    def member_count(self, team: Any) -> int:
        return int(team.people)

    @admin.display(description=_("Supervisors"))
    def supervisor_names(self, team: Team) -> str:
        return ", ".join(sorted(each.user.name for each in team.supervisors.all())) or "–"

    @admin.display(description=_("Queues"))
    def queue_names(self, team: Any) -> str:
        return ", ".join(sorted(each.queue.name for each in team.queues.all())) or "–"

    def write(self, row: Any, *, by: User) -> None:
        queues.configure(row, by=by) if isinstance(row, TeamQueue) else agents.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        queues.remove(row, by=by) if isinstance(row, TeamQueue) else agents.remove(row, by=by)


@admin.register(Skill, site=site)
class SkillAdmin(_OfAgents):
    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)


@admin.register(NotReadyReason, site=site)
class NotReadyReasonAdmin(_OfAgents):
    list_display = ("name", "operation_name", "work_mode", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "operation_name")
    fields = ("name", "operation_name", "work_mode", "position", "is_active")
    helps = {
        "name": _("What agents choose."),
        "work_mode": _("What Genesys clients are told that the agent is doing."),
        "position": _("The order in which agents are offered them."),
        "is_active": _("Switched off, nobody chooses it any more; past times keep it."),
    }
