"""V-02 to V-04: who may speak for which call centre."""

import base64
import json
from typing import Any

import pytest

from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenterKey, UsedTokenId, VoiceCall
from tests.telephony import Phone, claims_for, make_call_center, new_call, private_key, public_pem, sign

DAY = 24 * 3600


@pytest.fixture
def phone(tenant: Any) -> Phone:
    with scope(tenant):
        make_call_center()
    return Phone(tenant)


def create(phone: Phone, token: str | None = None, **headers: str) -> Any:
    return phone.send("POST", "/voiceCalls", new_call(), token=token, headers=headers)


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize(
    "changes",
    [
        {"jti": "2b1d0c52"},
        {"aud": "https://scrt.salesforce.com"},
        {"iat": None},
        {"iat": 50},
        {"exp": -50},
        {"iat": -10, "exp": DAY - 10},
    ],
)
def test_a_good_token_is_taken(phone, tenant, changes):
    assert create(phone, sign(claims_for(tenant, **changes))).status_code == 201


def test_the_organisation_may_have_18_characters_and_the_scheme_any_case(phone, tenant):
    token = sign(claims_for(tenant, "northharbourcc", iss=tenant.org_id))
    assert create(phone, token, Authorization=f"bearer {token}").status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "00D000000000zzz"},
        {"iss": "nonsense"},
        {"iss": 7},
        {"iss": None},
        {"sub": "SomebodyElse"},
        {"sub": "North\x00HarbourCC"},
        {"sub": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": -120},
        {"exp": float("1e300")},
        {"iat": -100, "exp": DAY - 99},
        {"iat": None, "exp": DAY + 60},
        {"iat": 120},
        {"iat": "today"},
        {"jti": 5},
        {"jti": "x" * 256},
    ],
)
def test_a_bad_claim_is_refused(phone, tenant, changes):
    refused = create(phone, sign(claims_for(tenant, **changes)))
    assert refused.status_code == 401
    assert refused.json()["errorCode"] == "INVALID_TOKEN"
    assert refused["WWW-Authenticate"] == "Bearer"
    with scope(tenant):
        assert not VoiceCall.objects.exists()


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "Bearer a.b", "Bearer a.b.c", "Bearer é.é.é"])
def test_a_header_that_holds_no_token_is_refused(phone, header):
    assert create(phone, "x", Authorization=header).status_code == 401


def test_only_rs256_by_the_call_centres_own_key(phone, tenant):
    claims = claims_for(tenant)
    tokens = [
        unsigned(claims),
        sign(claims, public_pem(private_key()).encode()[:64], algorithm="HS256"),
        sign(claims, algorithm="RS384"),
        sign(claims, private_key(1)),
        sign(claims)[:-4] + "AAAA",
    ]
    assert [create(phone, token).status_code for token in tokens] == [401] * 5


def test_during_rotation_both_keys_are_good_and_a_retired_one_is_not(phone, tenant):
    with scope(tenant):
        first = CallCenterKey.objects.get()
        CallCenterKey.objects.create(call_center=first.call_center, public_key=public_pem(private_key(1)))
    assert create(phone, sign(claims_for(tenant))).status_code == 201
    assert create(phone, sign(claims_for(tenant), private_key(1))).status_code == 200
    with scope(tenant):
        CallCenterKey.objects.filter(pk=first.pk).update(retired_at="2025-01-01T00:00Z")
    assert create(phone, sign(claims_for(tenant))).status_code == 401


def test_strict_refuses_a_token_id_seen_before(phone, tenant):
    token = sign(claims_for(tenant, jti="once"))
    assert [create(phone, token).status_code for _ in range(2)] == [201, 401]


def test_same_token_lets_the_identical_token_come_again_only(phone, tenant):
    with scope(tenant):
        CallCenterKey.objects.get().call_center.__class__.objects.update(replay_rule="same_token")
    token = sign(claims_for(tenant, jti="reused"))
    other = sign(claims_for(tenant, jti="reused", aud="other"))
    assert [create(phone, each).status_code for each in (token, token, other)] == [201, 200, 401]


def test_an_expired_token_id_is_forgotten(phone, tenant):
    with scope(tenant):
        center = CallCenterKey.objects.get().call_center
        UsedTokenId.objects.create(
            call_center=center, jti="old", token_digest=b"0" * 32, expires_at="2025-01-01T00:00Z"
        )
    assert create(phone, sign(claims_for(tenant, jti="new"))).status_code == 201
    with scope(tenant):
        assert list(UsedTokenId.objects.values_list("jti", flat=True)) == ["new"]


def test_an_inactive_call_centre_has_no_say(phone, tenant):
    with scope(tenant):
        CallCenterKey.objects.get().call_center.__class__.objects.update(is_active=False)
    assert create(phone).status_code == 401


def test_a_token_gives_access_to_its_own_call_centre_alone(phone, tenant):
    with scope(tenant):
        make_call_center(name="OtherCC")
    other = Phone(tenant, "OtherCC")
    refused = other.create()
    assert (refused.status_code, refused.json()["errorCode"]) == (403, "CALL_CENTER_MISMATCH")
    call_id = phone.create(callCenterApiName="NORTHHARBOURCC").json()["voiceCallId"]
    missing = other.update(call_id, {})
    assert (missing.status_code, missing.json()["errorCode"]) == (404, "CALL_NOT_FOUND")


def test_another_tenants_call_centre_of_the_same_name_is_another(phone, tenant, other_tenant):
    with scope(other_tenant):
        center = make_call_center()
        CallCenterKey.objects.filter(call_center=center).update(public_key=public_pem(private_key(1)))
    assert create(phone, sign(claims_for(other_tenant))).status_code == 401
    assert create(phone, sign(claims_for(other_tenant), private_key(1))).status_code == 201
    with scope(tenant):
        assert not VoiceCall.objects.exists()
