"""Where a resource is found: with the host for `uri`, without it for `path`."""

from dataclasses import dataclass

from django.conf import settings

ROOT = "/api/v2"


@dataclass(frozen=True)
class Links:
    base_url: str = ""  # scheme and host

    def uri(self, path: str) -> str:
        return f"{self.base_url}{ROOT}{path}"

    def both(self, path: str) -> dict[str, str]:
        return {"uri": self.uri(path), "path": path}


def links_for(base_url: str) -> Links:
    """The installation's own base URL where it is set; else the one that the client used."""
    return Links((settings.PUBLIC_BASE_URL or base_url).rstrip("/"))
