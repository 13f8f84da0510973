import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.public_ids import genesys_id, genesys_key, is_salesforce_id, key_of, salesforce_id, suffix

KEYS = st.integers(min_value=1, max_value=2**63 - 1)


@pytest.mark.parametrize(
    ("fifteen", "expected"),
    [("001D000000IqhSL", "IAZ"), ("0LQWq0000004Kd2", "OAE"), ("00DWq0000008QxL", "MAU"), ("005000000000001", "AAA")],
)
def test_suffix_of_the_contract_s_samples(fifteen, expected):
    assert suffix(fifteen) == expected


@given(KEYS)
def test_a_salesforce_id_leads_back_to_its_key(key):
    public = salesforce_id("9eI", key)
    assert len(public) == 18
    assert key_of(public, "9eI") == key_of(public[:15], "9eI") == key
    assert key_of(public, "9eA") is None


@pytest.mark.parametrize(
    "text", ["", "9eI", "9eI000000000001AAB", "9eI00000000000é", "testattendeeid", "9eI000000000001 "]
)
def test_what_is_no_id_is_refused(text):
    assert not is_salesforce_id(text)
    assert key_of(text, "9eI") is None


def test_an_id_beyond_any_row_has_no_key():
    assert key_of("9eI" + "z" * 12, "9eI") is None


@given(KEYS)
def test_a_genesys_id_leads_back_to_its_key(key):
    assert genesys_key(genesys_id(key)) in (key, None if key >= 16**15 else key)


@pytest.mark.parametrize("text", ["", "IX", "IX1", "IX00000000zz", "AB0000000001", "IX" + "F" * 40])
def test_what_is_no_genesys_id_has_no_key(text):
    assert genesys_key(text) is None
