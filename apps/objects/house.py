"""The objects around the engagement objects that live in tables of other purposes (P-43): read only."""

from django.db.models import QuerySet, Value

from apps.accounts.models import USER_PREFIX, User
from apps.objects.documented import Documented
from apps.objects.models import RecordType
from apps.objects.registry import READ_ONLY, SObject, add, register
from apps.tenants import scope
from apps.tenants.models import ORGANIZATION_PREFIX, Tenant


def readable(
    api_name: str, label: str = "", *, type: str = "string", length: int = 0, nillable: bool = False
) -> Documented:
    """A field that clients read, filter, group and sort by, and never write."""
    letters = frozenset("FGSN" if nillable else "FGS") - (frozenset("G") if type == "datetime" else frozenset())
    return Documented(api_name, type, letters, label or api_name, length, picklist=type == "picklist")


def user_reference(api_name: str, label: str) -> Documented:
    return Documented(
        api_name,
        "reference",
        frozenset("FGSN"),
        label,
        18,
        references=("User",),
        relationship=api_name.removesuffix("Id"),
    )


DATES = [
    ("created_date", readable("CreatedDate", "Created Date", type="datetime")),
    ("last_modified_date", readable("LastModifiedDate", "Last Modified Date", type="datetime")),
    ("last_modified_date", readable("SystemModstamp", "System Modstamp", type="datetime")),
]
STAMPS = [
    *DATES,
    ("created_by", user_reference("CreatedById", "Created By ID")),
    ("last_modified_by", user_reference("LastModifiedById", "Last Modified By ID")),
]


def _users() -> QuerySet[User]:
    return User.objects.filter(tenant_id=scope.tenant_id())


def _organization() -> QuerySet[Tenant]:
    name = Value("switchroom")
    return Tenant.objects.filter(pk=scope.tenant_id()).annotate(is_sandbox=Value(False), instance_name=name)


register(
    "User",
    USER_PREFIX,
    "User",
    calls=READ_ONLY | {"search"},
    own_fields=[
        ("username", readable("Username", length=150)),
        ("last_name", readable("LastName", "Last Name", length=150, nillable=True)),
        ("first_name", readable("FirstName", "First Name", length=150, nillable=True)),
        ("full_name", readable("Name", "Full Name", length=301)),
        ("email", readable("Email", type="email", length=254, nillable=True)),
        ("is_active", readable("IsActive", "Active", type="boolean")),
        ("time_zone", readable("TimeZoneSidKey", "Time Zone", length=64)),
        ("last_login", readable("LastLoginDate", "Last Login", type="datetime", nillable=True)),
        *STAMPS,
    ],
    own_rows=_users,
)(User)
register(
    "Organization",
    ORGANIZATION_PREFIX,
    "Organization",
    calls=READ_ONLY,
    own_fields=[
        ("name", readable("Name", length=80)),
        ("is_sandbox", readable("IsSandbox", "Is Sandbox", type="boolean")),
        ("instance_name", readable("InstanceName", "Instance Name", length=80)),
        ("time_zone", readable("TimeZoneSidKey", "Time Zone", length=64)),
        *DATES,
    ],
    own_rows=_organization,
)(Tenant)
# What all that a relationship may lead to have in common; described, and reached through such relationships alone.
add(
    SObject(
        "Name",
        User,
        "",
        "Name",
        "Names",
        frozenset(),
        own_fields=[
            ("full_name", readable("Name", length=255)),
            ("role", readable("Type", type="picklist", length=40)),
        ],
        own_rows=User.objects.none,
    )
)
register(
    "RecordType",
    "012",
    "Record Type",
    calls=READ_ONLY,
    own_fields=[
        ("name", readable("Name", length=80)),
        ("developer_name", readable("DeveloperName", "Record Type Name", length=80)),
        ("object_name", readable("SobjectType", "SObject Type Name", type="picklist", length=80)),
        ("is_active", readable("IsActive", "Active", type="boolean")),
        *STAMPS,
    ],
)(RecordType)
