import pytest

from apps.demo import credentials
from apps.demo.credentials import CallCenter, Credentials, OAuthClient, SignIn

_KNOWN = Credentials(
    tenant_id="0193e5c2-0000-7000-8000-000000000001",
    org_id="00D000000000001EAA",
    call_center=CallCenter("HarbourCC", "-----BEGIN PRIVATE KEY-----", "+441632960100"),
    oauth=OAuthClient("client", "secret"),
    access_token="token",
    users=[SignIn("ada", "word", "admin"), SignIn("bo", "word", "agent"), SignIn("cy", "word", "agent")],
    queues=["Support"],
)


def test_what_was_kept_is_read_again_with_or_without_its_address(tmp_path):
    credentials.save(tmp_path / "kept.json", _KNOWN)
    assert credentials.load(tmp_path / "kept.json") == _KNOWN
    credentials.save(tmp_path / "kept.json", _KNOWN, "http://127.0.0.1:8000")
    assert credentials.load(tmp_path / "kept.json") == _KNOWN


@pytest.mark.parametrize("content", ["", "[]", '{"tenant_id": "x"}'])
def test_a_file_of_another_form_counts_as_none(tmp_path, content):
    (tmp_path / "kept.json").write_text(content)
    assert credentials.load(tmp_path / "kept.json") is None
    assert credentials.load(tmp_path / "missing.json") is None


def test_the_first_of_a_role_is_found():
    assert _KNOWN.first("agent") == SignIn("bo", "word", "agent")
    assert _KNOWN.first("supervisor") is None
