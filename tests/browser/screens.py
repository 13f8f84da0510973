"""Screens in a real browser, each as this process has answered: it sees what a test planted, and needs no server."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.conftest import chromium_path

_WHOLE = re.compile(rb"<html", re.IGNORECASE)
_MAIN = re.compile(rb'id="main"')
_TAG = re.compile(rb"<[a-z][^>]*>")
_VALUE = re.compile(rb'(?<! class)(?<! role)="[^"]*"')
_AXE = Axe().axe_script.encode()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_QUICK = {"resultTypes": ["violations"], "preload": False, "iframes": False}
_LIGHT = {"runOnly": {"type": "tag", "values": _TAGS}, **_QUICK}
_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, **_QUICK}
_UNFOLD = """
    document.querySelectorAll('details:not(.sw-menu)').forEach(each => each.open = true);
    document.querySelector('#submit-row')?.style.setProperty('position', 'static');  // or it hides what is below it
"""
_NO_SIDEBAR = "document.querySelector('#nav-sidebar')?.replaceChildren()"
_LOOK = """async (options) => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    return (await axe.run(options)).violations;
}"""


def is_screen(answer: HttpResponse) -> bool:
    """Not a file, a redirect or a part of a page."""
    is_text = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return bool(is_text and _WHOLE.search(answer.content[:400]))


def _shape(content: bytes) -> int:
    """Of the markup beside the sidebar: elements, their attributes, their classes and roles."""
    return hash(tuple(_VALUE.sub(b"", tag) for tag in _TAG.findall(_MAIN.split(content, maxsplit=1)[-1])))


class _Serving(BaseHTTPRequestHandler):
    """The screen that is looked at, and what it asks for: kept by the browser, so that each next one is quick."""

    protocol_version = "HTTP/1.1"
    shown = b""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._send(type(self).shown, "text/html; charset=utf-8", "no-store")
        elif path == "/axe.js":
            self._send(_AXE, "text/javascript", "max-age=3600")
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            self._send(Path(str(found)).read_bytes(), guess_type(path)[0] or "text/plain", "max-age=3600")
        else:  # what a script asks for later; also ends an event stream for good
            self.send_response(204)
            self.end_headers()

    def _send(self, content: bytes, kind: str, keep: str) -> None:
        self.send_response(200)
        for name, value in (("Content-Type", kind), ("Cache-Control", keep), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Screens:
    """One window in which screens are looked at, one after the other."""

    def __init__(self, page: Page, address: str, run: Callable[..., Any]) -> None:
        self._page, self._address, self._run = page, address, run
        self._seen: set[int] = set()

    def faults(self, shown: HttpResponse, *, dark: bool = True, sidebar: bool = False) -> list[str]:
        """What axe-core finds, light and dark, with all that unfolds open. Of screens that differ in words alone one is
        looked at; the sidebar is that of every screen."""
        shape = _shape(shown.content)
        if shape in self._seen and not sidebar:
            return []
        self._seen.add(shape)
        _Serving.shown = shown.content
        found: list[str] = self._run(self._look, dark, sidebar)
        return found

    def _look(self, dark: bool, sidebar: bool) -> list[str]:
        page = self._page
        page.emulate_media(color_scheme="light")
        page.goto(self._address)
        page.evaluate(_UNFOLD)
        if not sidebar:
            page.evaluate(_NO_SIDEBAR)
        page.add_script_tag(url="/axe.js")
        found = [_said("", one, node) for one in page.evaluate(_LOOK, _LIGHT) for node in one["nodes"]]
        if dark:
            page.emulate_media(color_scheme="dark")
            found += [_said("dark ", one, node) for one in page.evaluate(_LOOK, _DARK) for node in one["nodes"]]
        return found


def _said(hue: str, fault: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{hue}{fault['id']}: {node['target']} {node['html'][:200]}"


@contextmanager
def a_window() -> Iterator[Screens]:
    """In a thread of its own: with Playwright's event loop in the tests' thread, Django would have one connection
    inside the loop and another one outside."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Serving) as server, ThreadPoolExecutor(1) as thread:
        Thread(target=server.serve_forever, daemon=True).start()

        def run(act: Callable[..., Any], *args: Any) -> Any:
            return thread.submit(act, *args).result()

        playwright = run(sync_playwright().start)
        browser = run(_launched, playwright)
        yield Screens(run(_opened, browser), f"http://127.0.0.1:{server.server_port}/", run)
        run(browser.close)
        run(playwright.stop)
        server.shutdown()


def _launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])


def _opened(browser: Browser) -> Page:
    # With motion, a colour that is on its way from one to the other has less contrast than either.
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.set_default_timeout(120_000)  # milliseconds; how long a busy machine may take says nothing about the page
    return page
