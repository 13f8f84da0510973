"""Times one report in a process of its own, because the past has a database of its own: `python -m bench.quarter`."""

import json
import time
from datetime import timedelta

import django

ROUNDS = 9


def main() -> None:
    """Print seconds of a service-level report of 90 days by queue: from roll-ups (median), and from the journal."""
    django.setup()
    from apps.common import clock
    from apps.reporting import windows
    from apps.reporting.statistics.evaluating import table
    from apps.reporting.statistics.of_queues import SERVICE_LEVELS
    from apps.tenants.models import Tenant
    from apps.tenants.scope import scope

    names = [statistic.name for statistic in SERVICE_LEVELS]
    tenant = Tenant.objects.order_by("-pk")[0]
    with scope(tenant):
        today = clock.now().astimezone(windows.zone()).date()
        quarter = windows.days(today - timedelta(days=90), today - timedelta(days=1))

        def seconds(*, rows_only: bool) -> float:
            start = time.perf_counter()
            found.append(table(names, quarter, by=["queue"], rows_only=rows_only))
            return time.perf_counter() - start

        found: list[object] = []
        from_journal = seconds(rows_only=True)
        from_rollups = sorted(seconds(rows_only=False) for _ in range(ROUNDS))[ROUNDS // 2]
        if any(each != found[0] for each in found):
            raise RuntimeError("roll-ups and journal say different things")
    print(json.dumps([from_rollups, from_journal]))


if __name__ == "__main__":
    main()
