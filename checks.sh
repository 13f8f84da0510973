#!/bin/sh
# Every check, the same on a laptop and in CI. `./checks.sh lint` leaves out the tests.
cd "$(dirname "$0")" || exit 1
PATH="$PWD/.venv/bin:$PATH"
failed=""

check() {
    printf '\n== %s\n' "$*"
    "$@" || failed="$failed\n   $*"
}

check ruff check .
check ruff format --check .
check mypy apps config
check lint-imports
check python manage.py check
# As the owner, since this compares models with files and a new database has no other role yet.
check env DATABASE_ROLE= python manage.py makemigrations --check --dry-run
# Two at once, each with a database server to itself; what shares a fixture stays together.
[ "$1" = lint ] || check pytest -n 2 --dist loadfile --no-loadscope-reorder

[ -z "$failed" ] && printf '\nEverything passed.\n' && exit 0
printf "\nFailed:$failed\n"
exit 1
