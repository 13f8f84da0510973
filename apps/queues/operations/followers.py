"""Who else writes in a live operation's transaction.

An app above this one keeps rows that must follow a live interaction to the letter, such as a VoiceCall's owner. It adds
one function here when it is loaded; the functions run in this order, after the change and before the commit.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.queues.operations.live import Live

followers: list[Callable[[str, "Live"], None]] = []
# The same once the event is written: what they tell is told after it.
afterwards: list[Callable[[str, "Live"], None]] = []
# Told of the keys of contacts whose journal another system tells anew: before the former goes, and once it is replaced.
retelling: list[Callable[[Collection[int]], None]] = []
