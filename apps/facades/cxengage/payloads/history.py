"""One row of a contact's history, as the vendor's agent screen reads it (X-27)."""

from apps.facades.cxengage.dossier import Dossier
from apps.facades.cxengage.payloads.formats import Row, without_nulls
from apps.facades.cxengage.payloads.interaction import details, disposition_of, interaction_end
from apps.facades.cxengage.payloads.rows import place_of


def history_row(dossier: Dossier, *, full: bool) -> Row:
    short = details(dossier)
    disposition = disposition_of(dossier.journal)
    entries = dossier.journal.entries
    row = {
        "interactionId": short["interactionId"],
        "channelType": short["channelType"],
        "directionName": short["direction"],
        "startTimestamp": short["startTimestamp"],
        **interaction_end(dossier.journal),
        "lastQueueName": place_of(entries[-1])[1] if entries else None,
        "lastDispositionName": disposition.name if disposition else None,
        "csat": short["csat"],
        "note": 1 if dossier.notes else None,
        "interactionDetails": short,
    }
    return row if full else without_nulls(row)
