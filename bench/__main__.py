"""`make bench`: every row of the table, or with names after it just those."""

import argparse
import os
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "rows",
        nargs="*",
        help="creates, collections, selects, calls, pushing, desks, cycles, matches, records, pages, statistics, "
        "lists, found, limited, every, statements, reports, imports (default: all)",
    )
    parser.add_argument("--seconds", type=float, default=15, help="length of each measurement (default: 15)")
    parser.add_argument("--data-dir", help="where the database lives (default: a new folder, removed afterwards)")
    parser.add_argument(
        "--contacts",
        type=int,
        default=100_000,
        help="of the large past, which records to reports look at (default: 100000)",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="switchroom-bench-") as folder:
        os.environ["SWITCHROOM_DATA_DIR"] = options.data_dir or folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("SWITCHROOM_LOG_LEVEL", "WARNING")
        import django

        django.setup()
        from bench import (
            calls,
            collections,
            creates,
            cycles,
            desks,
            every,
            imports,
            lists,
            matches,
            pages,
            past,
            pushing,
            records,
            reports,
            selects,
            statistics,
            table,
        )
        from bench.server import House

        with House(Path(os.environ["SWITCHROOM_DATA_DIR"])) as house:
            past.large = options.contacts
            measured = (
                creates,
                collections,
                selects,
                calls,
                pushing,
                desks,
                cycles,
                matches,
                records,
                pages,
                statistics,
                lists,
                reports,
                imports,
            )
            rows = {each.__name__.removeprefix("bench."): each.measure for each in measured}
            rows |= {"found": lists.found, "limited": lists.limited}
            rows |= {"every": every.measure, "statements": every.statements}
            table.show([rows[name](house, options.seconds) for name in options.rows or rows])


if __name__ == "__main__":
    main()
