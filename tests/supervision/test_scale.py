"""Every list of the administration takes as many queries for many rows as for few, and finds names among many.

The lists come out of the URL configuration: a new one is tried without anybody thinking of it. Its rows are copies of
those that `tests.leaks` plants, one of each kind.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.common import looking
from apps.directory.models import CrmRecord
from apps.engagements.lists import LISTS
from apps.engagements.models import EngagementInteraction
from apps.tenants.scope import scope
from apps.voice_calls.models import ContactRequest
from config import urls
from tests.builders import make_live, make_tenant, make_user
from tests.leaks.addresses import addresses
from tests.leaks.planted import plant
from tests.supervision.conftest import browser_of

pytestmark = pytest.mark.django_db
COPIES = 60  # more than a page holds
_LIST = re.compile(r"^/admin/(\w+)/(\w+)/$")
PAGES = {address: _LIST.match(address) for address, names in addresses(urls.urlpatterns) if not names}
MODELS = {
    address: apps.get_model(found[1], found[2])
    for address, found in PAGES.items()
    if found and found[1] in apps.app_configs and found[2] in apps.all_models[found[1]]
}
_KNOWN_TO_CODE = {"objects", "tenants"}  # rows that the product looks up by what they are called


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[int, int]]]:
    """Address -> queries with a few rows, and with many."""
    with django_db_blocker.unblock(), transaction.atomic():
        tenant = make_tenant("Lists")
        with scope(tenant):
            plant(tenant)
            browser = browser_of(make_user(Role.ADMIN))
        few = {address: _queries(browser, address) for address in MODELS}
        with scope(tenant):
            for model in {model for model in MODELS.values() if model._meta.app_label not in _KNOWN_TO_CODE}:
                _copy(model)
        yield {address: (few[address], _queries(browser, address)) for address in MODELS}
        transaction.set_rollback(True)


def _queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as taken:
        assert browser.get(address, follow=True).status_code == 200, address
    return len(taken)


def _copy(model: type[models.Model]) -> None:
    row = model._default_manager.order_by("-pk").first()
    if row is None:
        return
    unique = {
        name for each in model._meta.constraints if isinstance(each, models.UniqueConstraint) for name in each.fields
    }
    for number in range(COPIES):
        for field in model._meta.concrete_fields:
            if field.primary_key or isinstance(field, models.UUIDField):
                setattr(row, field.attname, uuid4() if isinstance(field, models.UUIDField) else None)
            elif isinstance(field, models.CharField) and (field.unique or field.name in unique):
                setattr(row, field.attname, f"{number}{getattr(row, field.attname) or ''}"[: field.max_length])
            elif isinstance(field, models.BigIntegerField) and field.name in unique:
                setattr(row, field.attname, number + 1)
        row._state.adding = True
        try:
            with transaction.atomic():
                model._base_manager.bulk_create([row])
        except (IntegrityError, ValueError):  # one alone may be, or a row of two tables
            return


@pytest.mark.parametrize("address", MODELS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    counted: dict[str, tuple[int, int]], address: str
) -> None:
    few, many = counted[address]
    assert many <= few  # less where the copies refer to less


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "asked", [{}, {"q": "Nobody"}, {"CreatedDate_from": "2020-01-01", "CreatedById": "supervisor"}]
)
def test_a_filtered_page_takes_as_many_queries_of_a_long_list_as_of_a_short_one(
    screens: Client, monkeypatch: pytest.MonkeyPatch, name: str, asked: dict[str, str]
) -> None:
    address = f"/admin/{LISTS[name].sobject.model._meta.label_lower.replace('.', '/')}/"
    for _ in range(3):
        make_live()

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert screens.get(address, asked).status_code == 200
        return len(taken)

    queries()
    short = queries()
    monkeypatch.setattr(looking, "LOOKED_AT", 1)  # as if it went on far beyond what a page looks at
    monkeypatch.setattr(looking, "_CHEAP", -1.0)
    assert queries() == short


@pytest.mark.parametrize("many", [1, 1_000])
def test_a_name_of_many_people_is_found_like_one_of_few(
    screens: Client, supervisor: User, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("apps.directory.lookup.MANY", many)
    monkeypatch.setattr("apps.engagements.search._MANY", many)
    ids = [f"00300000000000{number}AAA" for number in range(4)]
    for number, record_id in enumerate(ids):
        name = f"Nora Smith-{number}" if number < 3 else "Nora Goldsmith"
        CrmRecord.objects.create(object_name="Contact", record_id=record_id, name=name)
    made = [make_live() for _ in ids]
    for one, record_id in zip(made, ids, strict=True):
        EngagementInteraction.objects.filter(pk=one.pk).update(initiating_attendee_id=record_id)
    html = screens.get("/admin/engagements/engagementinteraction/", {"q": "smith nora"}).content.decode()
    assert re.findall(r'rowheader"><a[^>]*>(EI-\d+)</a>', html) == [one.name for one in made[2::-1]]


def test_the_directory_shows_some_of_very_many_and_gives_all_of_them_away(
    screens: Client, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        CrmRecord.objects.create(object_name="Contact", record_id=f"00300000000000{number}AAA", name=f"Nora {number}")
    monkeypatch.setattr("apps.directory.lookup.MANY", 2)
    address = "/admin/directory/crmrecord/"
    few, many = (screens.get(address, {"q": text}).content.decode() for text in ("nora 3", "nora"))
    assert ("Another word narrows it down" in few, "Another word narrows it down" in many) == (False, True)
    assert (few.count("00300000000000"), many.count("00300000000000")) == (1, 2)
    taken = screens.get(f"{address}export.csv", {"q": "nora"})
    assert b"".join(taken.streaming_content).count(b"00300000000000") == 4  # type: ignore[attr-defined]


def test_a_callback_is_found_by_its_number_and_by_the_phones(screens: Client, supervisor: User) -> None:
    stamps = dict.fromkeys(("created_by", "last_modified_by", "owner"), supervisor)
    one, other = (
        ContactRequest.objects.create(preferred_phone=phone, **stamps) for phone in ("+442079460018", "+442079460019")
    )
    for text in (one.name, f"cr{one.pk}", "+44 20 7946 0018", "0044 (20) 79460018", "442079460018"):
        page = screens.get("/admin/voice_calls/contactrequest/", {"q": text}).content.decode()
        assert (one.name in page, other.name in page) == (True, False), text
