"""What a newcomer reads when the house is up."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from apps.demo.credentials import Credentials

_SCREENS = [("supervisor", "/admin/", "administration screens"), ("agent", "/desk/", "an agent's desk")]


def show(base_url: str, credentials: Credentials, logs: Path) -> None:
    """Print where to look and with which sign-ins, and then the one line that scripts wait for."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("\n[bold]Switchroom is open.[/bold]\n")
    for role, path, screen in _SCREENS:
        if user := credentials.first(role):
            sign_in = f"{escape(user.username)} / {escape(user.password)}"
            console.print(f"  {screen:<24}[bold]{base_url}{path}[/bold]\n  {'':<24}sign in as {sign_in}\n")
    console.print(f"Logs are in {escape(str(logs))}. Ctrl-C stops everything.\n")
    console.file.write(f"ready {base_url}\n")
    console.file.flush()
