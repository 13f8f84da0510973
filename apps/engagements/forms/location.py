"""A place in two inputs."""

from typing import Any

from django import forms
from django.utils.translation import gettext

PARTS = ("latitude", "longitude")


class LocationWidget(forms.MultiWidget):
    use_fieldset = True

    def __init__(self) -> None:
        inputs: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput({"inputmode": "decimal", "class": "sw-input"}) for part in PARTS
        }
        super().__init__(inputs)

    def decompress(self, value: Any) -> list[Any]:
        return [None, None]


class LocationField(forms.MultiValueField):
    """Latitude and longitude together or neither; where they may lie is the operation's to say."""

    def __init__(self, **options: Any) -> None:
        degrees = [
            forms.DecimalField(
                error_messages={"invalid": gettext("The {part} is a number of degrees.").format(part=part)}
            )
            for part in PARTS
        ]
        messages = {"incomplete": gettext("Give both the latitude and the longitude, or neither.")}
        super().__init__(
            fields=degrees, widget=LocationWidget(), require_all_fields=False, error_messages=messages, **options
        )

    def compress(self, data_list: list[Any]) -> dict[str, Any] | None:
        return dict(zip(PARTS, data_list, strict=True)) if data_list else None
