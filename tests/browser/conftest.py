"""A real server over the test database, and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from apps.agents.models import Agent
from tests.conftest import chromium_path

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
STARTS_WITHIN = 60  # seconds, on a slow machine

OpenDesk = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> None:
    """Playwright's own event loop runs in this thread; the ORM would take that for async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """The push process with the web part inside, as the one-command demo runs it. Yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "config.asgi:application"],
        env=os.environ | {"DATABASE_URL": _database_url(), "SWITCHROOM_STATIC_FROM_SOURCE": "1"},
        cwd=settings.BASE_DIR,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/sign-in", process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _database_url() -> str:
    parameters = connection.get_connection_params() if connection.settings_dict.get("EMBEDDED") else None
    database = connection.settings_dict
    if parameters:
        return f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(database['HOST'], safe='')}"
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgresql://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "the server stopped"
        try:
            urlopen(address, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # milliseconds; how long a busy machine may take says nothing about the page
    with sync_playwright() as playwright:
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
