"""When are two written phone numbers the same number?"""

from functools import lru_cache

import phonenumbers

_KEPT = 16_384  # callers call again


@lru_cache(maxsize=_KEPT)
def phone_key(number: str | None, region: str) -> str | None:
    """E.164 by the tenant's region, else the digits alone: "same number" means the same key everywhere."""
    if not number:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return _digits(number)
    if not phonenumbers.is_possible_number(parsed):
        return _digits(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _digits(number: str) -> str | None:
    return "".join(filter(str.isdigit, number)) or None


def written_forms(number: str, region: str) -> list[str]:
    """How columns that keep numbers as they came may have this one: as it is, and by its key."""
    key = phone_key(number, region) or number
    return sorted({number.strip(), key, key.removeprefix("+")})
