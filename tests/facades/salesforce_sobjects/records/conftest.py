import pytest

from apps.accounts.models import User
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.facades.salesforce_sobjects.records.client import CONTACT, Api


@pytest.fixture
def admin(tenant: Tenant) -> User:
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def api(admin: User) -> Api:
    return Api(admin)


@pytest.fixture
def agent_api(tenant: Tenant) -> Api:
    with scope(tenant):
        return Api(make_user("agent"))


@pytest.fixture
def contact(api: Api) -> str:
    return api.create("EngagementInteraction", {**CONTACT, "Status": "New", "ExternalIdentifier": "pbx-1"})
