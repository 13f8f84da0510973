"""Each agent's own keys."""

import html

from tests.agent_desktop.conftest import AtDesk


def test_keys_are_the_agents_own_and_a_conflict_is_refused(desk: AtDesk) -> None:
    page = html.unescape(desk.look("/desk/at/keys"))
    assert 'value="Shift+F7"' in page
    assert '"f8": ".sw-offer [value=accept]"' in page
    cases = [
        ("F9", "F9 is also “Reject the offer”."),
        ("a", "Use F1 to F12"),
        ("ctrl + w", "the browser's own"),
        ("\x00", "Use F1 to F12"),
        ("+", "Use F1 to F12"),
        ("x" * 5000, "Use F1 to F12"),
    ]
    for typed, says in cases:
        refused = desk.client.post("/desk/at/keys", {"accept": typed, "reject": "F9"})
        assert refused.status_code == 422
        assert says in html.unescape(refused.content.decode()), typed
    assert desk.client.post("/desk/at/keys", {"accept": "shift+alt+a", "find": "", "nothing": "F1"}).status_code == 303
    assert desk.client.post("/desk/at/list", {"accept": "F1"}).status_code == 404
    page = html.unescape(desk.look())
    assert '"alt+shift+a": ".sw-offer [value=accept]"' in page
    assert "Ctrl K" not in page
    assert "<kbd>Alt</kbd> <kbd>Shift</kbd> <kbd>A</kbd>" in page
    desk.offered()
    assert "<kbd>Alt Shift A</kbd>" in desk.look()
    desk.client.post("/desk/at/keys", {"usual": "yes", "accept": "F1"})
    desk.agent.refresh_from_db()
    assert desk.agent.shortcuts == {}
