"""How much the tenant's telephone systems may do (V-32). Nothing is asked of the database where no limit is set."""

from django.db import connection

from apps.common import clock
from apps.common.errors import NotAllowed
from apps.tenants import scope
from apps.tenants.models import Tenant
from apps.voice_calls.models import CallDisposition, Pace, VoiceCall


class LimitExceeded(NotAllowed):
    """Too much at once; a second later it may be right."""


def keep_pace(tenant: Tenant, kind: Pace.Kind, number: int) -> None:
    """Count what is about to come. Raises LimitExceeded if this second has had enough, over all processes.

    In a transaction of its own, so that nobody waits for another's work.
    """
    most = tenant.calls_per_second if kind == Pace.Kind.CALLS else tenant.transcript_lines_per_second
    if most is None:
        return
    table = Pace._meta.db_table
    statement = f"""
        insert into {table} as kept (tenant_id, kind, second, number) values (%s, %s, %s, %s)
        on conflict (tenant_id, kind) do update set second = greatest(kept.second, excluded.second),
            number = excluded.number + case when kept.second < excluded.second then 0 else kept.number end
        returning number
    """
    with scope.scope(tenant), connection.cursor() as cursor:
        cursor.execute(statement, [tenant.pk, kind, int(clock.now().timestamp()), number])
        (so_far,) = cursor.fetchone()
    if so_far > most:
        raise LimitExceeded(f"more than {most} {_WORDS[kind]} a second")


_WORDS = {Pace.Kind.CALLS: "calls", Pace.Kind.LINES: "lines of transcripts"}


def require_room() -> None:
    """Raise LimitExceeded if as many calls are open as may be. One create after the other, where that is limited."""
    most = scope.tenant().concurrent_calls
    if most is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('open calls', %s))", [scope.tenant_id()])
    calls = VoiceCall.objects.filter(from_telephony=True).exclude(call_disposition=CallDisposition.COMPLETED)
    if calls[: most + 1].count() >= most:
        raise LimitExceeded(f"more than {most} calls at once")
