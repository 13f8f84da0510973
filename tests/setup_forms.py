"""Forms of the set-up as a browser has them open."""

from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import reverse


class Sent(HTMLParser):
    """What a browser would send of a set-up form as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent = QueryDict(mutable=True)
        self._open, self._is_in, self._text = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self._is_in = (given.get("id") or "").endswith("_form")
        name = given.get("name")
        if self._is_in and tag == "option" and self._open and ("selected" in given or self._open not in self.sent):
            self.sent[self._open] = given.get("value", "")
        elif self._is_in and name and "disabled" not in given:
            is_box = given.get("type") in ("checkbox", "radio")
            if tag == "input" and (not is_box or "checked" in given):
                self.sent.appendlist(name, given.get("value", "on" if is_box else "") or "")
            if tag in ("select", "textarea"):
                self._open, self._text = name, tag == "textarea"

    def handle_data(self, data: str) -> None:
        if self._open and self._text:
            self.sent[self._open] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag in ("select", "textarea") else self._open
        self._is_in = self._is_in and tag != "form"


class Form:
    """A form that somebody has open."""

    def __init__(self, client: Client, row: Any, query: str = "") -> None:
        meta = row._meta
        self.client, self.url = client, reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        self.url += query
        self.shows(client.get(self.url))

    def shows(self, answer: Any) -> str:
        assert answer.status_code == 200, answer
        self.page: str = answer.content.decode()
        self.sent = Sent(self.page).sent
        assert self.sent["shown"]
        return self.page

    def save(self, *without: str, **typed: Any) -> Any:
        for name in without:
            self.sent.pop(name, None)
        for name, value in typed.items():
            self.sent.setlist(name, value if isinstance(value, list) else [str(value)])
        return self.client.post(self.url, self.sent.urlencode(), content_type="application/x-www-form-urlencoded")

    def saves(self, *without: str, **typed: Any) -> None:
        answer = self.save(*without, **typed)
        assert answer.status_code == 302, answer.context["errors"]

    def is_overtaken(self, *without: str, **typed: Any) -> dict[str, tuple[str, str, bool]]:
        answer = self.save(*without, **typed)
        self.shows(answer)
        told = answer.context["overtaken"].told
        assert all(each.by == "Ramona Quick" for each in told)
        return {f"{each.row}{each.label or each.befell}": (each.was, each.now, each.is_mine) for each in told}
