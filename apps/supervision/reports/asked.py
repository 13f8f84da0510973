"""What a report is asked for."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import dateformat, timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent, Channel
from apps.common import clock
from apps.common.words import inside
from apps.common.words import later as _
from apps.queues.models import Queue
from apps.reporting import windows
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.measures import AGENT, QUEUE
from apps.reporting.statistics.traits import TRAITS
from apps.reporting.windows import Window

LONGEST_DAYS = 400
_LONGEST_DAYS = {"quarter": 7, "hour": 31, **dict.fromkeys(TRAITS, 93)}

SETS: dict[str, tuple[str, ...]] = {
    "queues": (
        "queue-interactions-count",
        "calls-answered-count",
        "service-level",
        "time-to-answer",
        "queue-abandons-count",
        "abandon-rate",
        "queue-abandon-time",
        "finished-queue-time",
    ),
    "agents": (
        "resource-handled-count",
        "resource-handle-time",
        "resource-talk-time",
        "resource-customer-hold-time",
        "resource-wrap-up-time",
        "work-offers-count",
        "work-rejected-count",
        "work-missed-count",
        "work-accepted-rate",
    ),
    "contacts": (
        "interaction-starts-count",
        "interaction-ends-count",
        "interaction-time",
        "conversation-time",
        "customer-hold-time",
        "abandons-before-queue-count",
        "customer-abandons-count",
        "customer-satisfaction-score",
    ),
}
ABOUT = {"queues": _("Queues"), "agents": _("Agents"), "contacts": _("Contacts")}
TRAIT_NAMES = {"topic": _("Topic"), "reason": _("Reason"), "sentiment": _("Sentiment")}
BY_KEY = {
    "queues": ("queue", "channel", "direction", *TRAITS),
    "agents": ("agent", "team", "queue", "channel", "direction", *TRAITS),
    "contacts": ("channel", "direction", *TRAITS),
}
_OF_TIME = ("occupancy", "resource-logged-in-time")
_KNOWN_BY: dict[str, tuple[str, ...]] = {"queues": (QUEUE,), "agents": (QUEUE, AGENT), "contacts": ()}
FIRST_YEAR, LAST_YEAR = 1900, 9000  # whose days have a day before and one after
_ON_CALENDARS = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]
TIMES = ("quarter", "hour", "day", "week", "month")
BY_CHOICES = [
    *{
        "queue": _("Queue"),
        "agent": _("Agent"),
        "team": _("Team"),
        "channel": _("Channel"),
        "direction": _("Direction"),
        **TRAIT_NAMES,
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
        "hour": _("Hour"),
    }.items(),
    ("quarter", _("Quarter hour")),
]


class ReportForm(forms.Form):
    """Days are the tenant's own, both included."""

    about = forms.ChoiceField(choices=list(ABOUT.items()), label=_("Report"))
    by = forms.ChoiceField(
        choices=BY_CHOICES,
        label=_("A line for each"),
    )
    since = forms.DateField(label=_("From"), validators=_ON_CALENDARS)
    until = forms.DateField(label=_("To"), validators=_ON_CALENDARS)
    queue: Any = forms.ModelChoiceField(queryset=None, required=False, empty_label=_("All"), label=_("Queue"))
    agent: Any = forms.ModelChoiceField(queryset=None, required=False, empty_label=_("All"), label=_("Agent"))
    channel = forms.ChoiceField(choices=[("", _("All")), *Channel.choices], required=False, label=_("Channel"))
    compare = forms.ChoiceField(
        choices=[("", _("Nothing")), ("before", _("Period before"))], required=False, label=_("Compare")
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen: Any = self.fields
        chosen["queue"].queryset = Queue.objects.order_by("name")
        chosen["agent"].queryset = Agent.objects.select_related("user").order_by("user__last_name", "pk")

    def longest_days(self, by: Any) -> int:
        return _LONGEST_DAYS.get(by, LONGEST_DAYS)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        about, by, since, until = (told.get(name) for name in ("about", "by", "since", "until"))
        if about and by and by not in (*BY_KEY[about], *TIMES):
            self.add_error(
                "by",
                gettext("{about} are not told apart by {by}.").format(
                    about=ABOUT[about], by=inside(dict(BY_CHOICES)[by])
                ),
            )
        if about == "contacts" and told.get("queue"):
            self.add_error("queue", gettext("A contact is of no single queue: the report on queues is."))
        if about != "agents" and told.get("agent"):
            self.add_error("agent", gettext("Only the report on agents is of single agents."))
        if since and until:
            longest = self.longest_days(by)
            if until < since:
                self.add_error("until", gettext("The last day comes before the first."))
            elif until - since >= timedelta(days=longest):
                self.add_error("until", gettext("{longest} days at the most.").format(longest=longest))
        return told


@dataclass(frozen=True)
class Asked:
    """A report, checked."""

    about: str
    by: str
    window: Window
    where: Where
    before: Window | None = None  # to compare with

    @classmethod
    def of(cls, form: ReportForm, by: User) -> "Asked":
        """As far as `by` sees: the whole, or of own teams or queues. Raises Forbidden for contacts as a whole."""
        told = form.cleaned_data
        where = Where()
        if told["queue"]:
            where = replace(where, queues=frozenset({told["queue"].pk}))
        if told["agent"]:
            where = replace(where, agents=frozenset({told["agent"].pk}))
        if told["channel"]:
            where = replace(where, channels=frozenset({told["channel"]}))
        where = Bounds.of(by).narrow(where, _KNOWN_BY[told["about"]])
        since, until = told["since"], told["until"]
        before = _before(since, until) if told["compare"] else None
        return cls(told["about"], told["by"], windows.days(since, until), where, before)

    @property
    def names(self) -> tuple[str, ...]:
        """Agents' time is of no queue or channel: it is told where nothing of them is asked for."""
        of_agents_alone = self.by in ("agent", "team", *TIMES) and set(self.where.only) <= {AGENT}
        return SETS[self.about] + (_OF_TIME if self.about == "agents" and of_agents_alone else ())


def _before(since: date, until: date) -> Window:
    """As many days, right before."""
    return windows.days(since - (until - since) - timedelta(days=1), since - timedelta(days=1))


def with_defaults(query: QueryDict) -> QueryDict:
    """The last seven days of queues, unless something else is asked for."""
    asked = query.copy()
    today = clock.now().astimezone(windows.zone()).date()
    week: dict[str, str | date] = {"about": "queues", "since": today - timedelta(days=6), "until": today}
    for name, value in week.items():
        if not asked.get(name):
            asked[name] = str(value)
    if not asked.get("by"):
        asked["by"] = BY_KEY.get(str(asked["about"]), ("queue",))[0]
    return asked


def day_of(at: Any) -> str:
    """A quarter hour or a day as people read it, on the tenant's clock."""
    if isinstance(at, date) and not hasattr(at, "hour"):
        return dateformat.format(at, gettext("D j M Y"))
    local = timezone.localtime(at, windows.zone())
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{dateformat.format(local, gettext('j M Y, H:i'))}{f' {local.tzname()}' if comes_twice else ''}"
