"""A real server over the test database, and a real Chromium in front of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import pytest_django
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from apps.agents.models import Agent
from tests.conftest import chromium_path
from tests.server import STARTS_WITHIN, running

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenDesk = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("django_db") is None:
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """The push process with the web part inside, as the one-command demo runs it. Yields its address."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            started = stack.enter_context(running("asgi"))
        yield started.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright's own event loop runs in this thread, so it ends with the module: other tests run loops of theirs.

    Meanwhile the ORM would take its calls for async code.
    """
    expect.set_options(timeout=20_000)  # milliseconds; how long a busy machine may take says nothing about the page
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_desk(browser: Browser, server: str) -> Iterator[OpenDesk]:
    """Open the desk of an agent who is signed in, in a browser of its own."""
    contexts: list[BrowserContext] = []

    def opening(agent: Agent, **options: object) -> Page:
        client = Client()
        client.force_login(agent.user)
        context = browser.new_context(base_url=server, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
        page = context.new_page()
        page.goto("/desk/")
        if options.get("java_script_enabled", True):
            page.locator("#live[data-live=on]").wait_for(state="attached")
        return page

    yield opening
    for context in contexts:
        context.close()
    _wait_until_quiet()


def _wait_until_quiet() -> None:
    """The tables are emptied next, which a request still under way would meet in a deadlock."""
    until = time.monotonic() + STARTS_WITHIN
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "select count(*) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
