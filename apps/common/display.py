"""What every screen shows the same way: signs, times of day, spans of time. `{% load switchroom %}`."""

from datetime import datetime, timedelta
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.common import clock
from apps.common.words import figure

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, small: bool = False) -> SafeString:
    """A sign of the sprite. Signs never stand alone: a word, or the control's label, says the same."""
    return format_html(
        '<svg class="sw-ic{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        " sw-ic--s" if small else "",
        static("switchroom/icons.svg"),
        name,
    )


@register.simple_tag
def running(since: datetime | None, spoken: str = "") -> SafeString | str:
    """A timer that the page keeps counting up from `since`; without script it shows the moment of rendering."""
    if since is None:
        return ""
    return _timer("since", since, span(clock.now() - since), spoken)


@register.simple_tag
def remaining(until: datetime | None, spoken: str = "") -> SafeString | str:
    """A timer that the page keeps counting down to `until`, and stops at zero."""
    if until is None:
        return ""
    return _timer("until", until, span(until - clock.now()), spoken)


def _timer(kind: str, at: datetime, text: str, spoken: str) -> SafeString:
    aloud = format_html('<span class="sw-vh"> {}</span>', spoken) if spoken else ""
    return format_html('<span class="sw-timer"><span data-{}="{}">{}</span>{}</span>', kind, epoch(at), text, aloud)


@register.filter
def epoch(at: datetime) -> int:
    """Milliseconds since 1970, what scripts count in."""
    return int(at.timestamp() * 1000)


@register.filter
def span(length: timedelta | float) -> str:
    """A span of time as `06:42`, from an hour on `1:06:42`. Seconds, if it is a number. Never below zero."""
    seconds = max(0, int(length.total_seconds() if isinstance(length, timedelta) else length))
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"


@register.filter
def time_of_day(at: datetime | None) -> str:
    """`14:21:34` on the reader's clock."""
    return timezone.localtime(at).strftime("%H:%M:%S") if at else "–"


@register.filter
def day(at: datetime) -> str:
    """`14:21` today, `3 Mar` this year, `3 Mar 2024` before."""
    local, today = timezone.localtime(at), timezone.localtime(clock.now())
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return dateformat.format(local, gettext("j M") if local.year == today.year else gettext("j M Y"))


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and last word, for the round sign of a person."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


@register.filter
def stamp(at: datetime | None) -> str:
    """`4 Mar 2026, 14:04:52` on the reader's clock: for records, which are read long afterwards."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return dateformat.format(local, gettext("j M Y, H:i:s"))


@register.filter
def beside(at: datetime | None, other: datetime) -> str:
    """The time of day, with the date unless it is the other's: for columns under one date."""
    if at is None:
        return "–"
    same = timezone.localtime(at).date() == timezone.localtime(other).date()
    return time_of_day(at) if same else stamp(at)


@register.filter
def milliseconds(at: datetime) -> str:
    """`.250`: what a time of day leaves out, where the journal's order is read."""
    return f".{at.microsecond // 1000:03}"


@register.filter
def grouped(number: int) -> str:
    """A number as the reader's language writes it."""
    return figure(number)
