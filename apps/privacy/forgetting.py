"""A request that came to nothing keeps no identifiers either."""

from apps.audit.models import Action
from apps.audit.noting import note
from apps.common.words import kept as _
from apps.jobs.models import OPEN
from apps.privacy.models import PersonRequest, RequestKind
from apps.tenants.models import Tenant
from apps.tenants.scope import scope


def forget_identifiers(tenant: Tenant) -> None:
    """Empty those of requests whose job failed or was stopped; what an erasure had done by then is noted.

    The person is asked for anew then: an erasure goes on with what is left.
    """
    with scope(tenant):
        over = PersonRequest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("by")
        for asked in over.filter(done_at=None).exclude(identifiers={}).exclude(job__state__in=sorted(OPEN)):
            asked.identifiers = {}
            asked.save(update_fields=["identifiers"])
            if asked.kind == RequestKind.ERASURE and asked.counts:
                said = {"reference": asked.reference, _("not finished"): True, **asked.counts}
                note(Action.ERASED, by=asked.by, about=asked, details={**said, "digests": ", ".join(asked.digests)})
