"""Taking what is about a person out of contacts, with all that keeps a copy of it. Nothing that is counted moves."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Q

from apps.common import clock
from apps.engagements.counting import sum_up
from apps.engagements.models import EngagementInteraction, Hook, InteractionTally
from apps.engagements.models.marks import LINK_KINDS, link_key
from apps.objects.records import Record
from apps.objects.tracked import FeedItem, FeedTrackedChange, FieldChange
from apps.privacy.done_to_many import forget_values
from apps.privacy.ledger import PERSONAL, SAID, TEXTS, scrub
from apps.privacy.models import Anonymised, What
from apps.privacy.parts import ARTIFACTS, ATTACHMENTS, LINES, MAILS, PARTS, RECORDINGS, Part, versions
from apps.webhooks.models import WebhookAttempt

_LINKS = ("interaction", "attendee__engagement", "topic__engagement", "voice_call__interaction")


def anonymise(contacts: Sequence[int]) -> Counter[str]:
    """Empty every part of these contacts, then what triggers and operations kept of it before. Returns rows by kind.

    Records' stamps move, so that whoever keeps copies elsewhere hears of it as a change. In the scope of the tenant.
    """
    links = Hook.objects.filter(interaction__in=contacts)
    keys = {link_key([getattr(link, name) for name in kind.split()]) for link in links for kind in LINK_KINDS}
    counts = _removed(contacts, *PARTS)
    sum_up(InteractionTally.objects.filter(kind__in=LINK_KINDS, key__in=keys))  # counters name what they counted
    counts += _removed(contacts, *versions())  # after the rows: they have just made one more each
    counts["tracked changes"] = _forget_changes(contacts)
    counts["events"] = scrub(contacts, PERSONAL)
    answers = WebhookAttempt.objects.filter(delivery__interaction_id__in=contacts).exclude(excerpt="")
    counts["webhooks’ answers"] = answers.update(excerpt="")  # that may repeat what was sent
    Anonymised.objects.bulk_create([Anonymised(interaction_id=key) for key in contacts], ignore_conflicts=True)
    return +counts


def remove(what: str, contacts: Sequence[int]) -> Counter[str]:
    """What one retention rule takes away of these contacts."""
    if what == What.CONTACTS:
        return anonymise(contacts)
    if what == What.RECORDINGS:
        return _removed(contacts, RECORDINGS, _artifacts("recording"))
    if what == What.TRANSCRIPTS:
        return _removed(contacts, LINES, _artifacts("transcript")) + Counter(events=scrub(contacts, SAID))
    mails = Part(MAILS.label, MAILS.model, MAILS.path, {"subject": "", "text": "", "html": ""})
    subjects = Part("subjects", EngagementInteraction, "pk", {"subject": None}, Q(subject__isnull=False))
    counts = _removed(contacts, LINES, mails, ATTACHMENTS, _artifacts("transcript"), _artifacts("mail"), subjects)
    counts += _removed(contacts, Part("versions", versions()[0].model, "pgh_obj", {"subject": None}))
    return counts + Counter(events=scrub(contacts, TEXTS))


def _artifacts(kind: str) -> Part:
    return Part(ARTIFACTS.label, ARTIFACTS.model, ARTIFACTS.path, None, Q(kind__icontains=kind))


def _removed(contacts: Sequence[int], *parts: Part) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.label] += _empty(part, contacts)
    return +counts


def _empty(part: Part, contacts: Sequence[int]) -> int:
    rows = part.rows(contacts)
    if part.blank is None:
        return rows.delete()[1].get(part.model._meta.label, 0)
    stamp = {"system_modstamp": clock.now()} if issubclass(part.model, Record) else {}
    return int(rows.update(**part.blank, **stamp))


def _forget_changes(contacts: Sequence[int]) -> int:
    gone = 0
    for link in _LINKS:
        of = Q(**{f"{link}__in": contacts})
        gone += FieldChange._base_manager.filter(of).update(old_value=None, new_value=None)
        items = FeedItem._base_manager.filter(of)
        FeedTrackedChange.objects.filter(feed_item__in=items.values("pk")).update(old_value=None, new_value=None)
        items.update(title=None, body=None)
    forget_values(contacts)
    return gone
