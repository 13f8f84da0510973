"""A page is one transaction: what goes wrong at its end leaves nothing of its beginning."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.accounts.middleware import TenantMiddleware
from apps.directory.models import CrmRecord
from apps.tenants.scope import scope
from tests.builders import make_user


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "left"), [(200, 1), (404, 1), (500, 0)])
def test_a_page_that_fails_leaves_nothing_written(tenant, status, left):
    with scope(tenant):
        user = make_user("supervisor")

    def page(request):
        CrmRecord.objects.create(object_name="Contact", record_id="x", name="x")
        return HttpResponse(status=status)

    request = RequestFactory().get("/")
    request.user, request.session = user, {}
    TenantMiddleware(page)(request)
    with scope(tenant):
        assert CrmRecord.objects.count() == left
