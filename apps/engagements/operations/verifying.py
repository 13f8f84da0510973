"""Making sure who somebody is: each attempt is kept, with its means and its result (engagement 10.2)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee, IdentityVerification, VerificationProcess
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.common.storable import unstorable
from apps.engagements.differences import Befell, columns_of, told
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.telling import tell

AUTHENTICATION = "Authentication"  # the process of an attempt that a person proves by a secret: a PIN, a sign-in


@transaction.atomic
def check_identity(
    attendee: EngagementAttendee,
    means: str,
    *,
    passed: bool,
    by: User,
    authenticates: bool = False,
    process: VerificationProcess | None = None,
    at: datetime | None = None,
) -> IdentityVerification:
    """Keep an attempt to verify, or authenticate, an attendee. Publishes `engagement.changed`.

    What succeeded shows at the attendee, and at the interaction where the attendee initiated it; what failed takes
    nothing away. Raises Invalid without means, and for a success for which the process wants more to match; NotFound
    if attendee or interaction are gone.
    """
    at = at or clock.now()
    longest = IdentityVerification._meta.get_field("means").max_length or 0
    if not means.strip() or len(means) > longest or unstorable(means):
        raise Invalid(
            FieldProblem(
                Problem.REQUIRED,
                ["means"],
                gettext("Say by which means, in at most {longest} characters.").format(longest=longest),
            )
        )
    if process and passed and (lacking := process.lacks(means)):
        raise Invalid(
            FieldProblem(
                Problem.REQUIRED, ["means"], gettext("Has to match, too: {names}.").format(names=", ".join(lacking))
            )
        )
    interaction = EngagementInteraction.objects.locked().filter(pk=attendee.engagement_id).first()
    found = EngagementAttendee.objects.select_for_update(of=("self",), no_key=True).filter(pk=attendee.pk).first()
    if interaction is None or found is None:
        raise NotFound(gettext("no such attendee"))
    made_by = AUTHENTICATION if authenticates else process.name if process else ""
    attempt = IdentityVerification.objects.create(
        attendee=found, means=means.strip(), process_definition=made_by, passed=passed, at=at, by=by
    )
    changes = _note(found, interaction, by, at, authenticates) if passed else {}
    tell("engagement.changed", interaction, by=by, at=at, changes=changes)
    return attempt


def _note(
    attendee: EngagementAttendee, interaction: EngagementInteraction, by: User, at: datetime, authenticates: bool
) -> dict[str, object]:
    changes: dict[str, object] = {}
    before = columns_of(attendee)
    if authenticates:
        attendee.is_authenticated = True
    else:
        attendee.is_verified, attendee.verification_time = True, clock.to_second(at)
    attendee.touch(by_id=by.pk)
    attendee.save()
    changes |= told(attendee, Befell.UPDATED, before)
    if attendee.external_attendee_id and attendee.external_attendee_id == interaction.initiating_attendee_id:
        before = columns_of(interaction)
        if authenticates:
            interaction.is_attendee_authenticated = True
        else:
            interaction.is_attendee_verified, interaction.attendee_verification_time = True, clock.to_second(at)
        interaction.touch(by_id=by.pk)
        interaction.save()
        changes |= told(interaction, Befell.UPDATED, before)
    return changes
