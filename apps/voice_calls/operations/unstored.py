"""What is sent for an object whose fields are no columns of ours, checked as any other record is."""

from typing import Any

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.public_ids import is_salesforce_id
from apps.directory.references import References
from apps.engagements.drafts import NewRecord
from apps.engagements.visibility import visible
from apps.objects import registry, values
from apps.objects.documented import Documented
from apps.objects.values import Refused, Rule


def checked(draft: NewRecord, *, by: User) -> dict[str, Any]:
    """Column -> value of what was given, references as the row's key. Raises Invalid with every problem."""
    fields = [each for each in draft.sobject.fields.values() if each[0].createable]
    links = References(by, seen=lambda sobject: visible(sobject, by))
    for declared, column in fields:
        if declared.references:
            links.collect(declared, draft.values.get(column))
    links.look_up()
    found: dict[str, Any] = {}
    problems = list(draft.problems)
    for declared, column in fields:
        value = draft.values.get(column)
        try:
            if (clean := _clean(declared, value, links)) is None:
                _require_optional(declared)
            elif value is not None:
                found[column] = clean
        except Refused as refused:
            problems.append(FieldProblem(refused.problem, [column], str(refused), value))
    if problems:
        raise Invalid(*problems)
    return found


def _clean(declared: Documented, value: Any, links: References) -> Any:
    if not declared.references:
        return values.clean(value, values.rule_for(declared, declared.options))
    if registry.find(declared.references[0]):
        link = links.resolve(declared, value)
        text, key = link.text, link.key
    else:
        key = text = values.clean(value, Rule("string", declared.label))
    if text is not None and not is_salesforce_id(text):
        raise Refused(Problem.MALFORMED_ID, gettext("{label} takes a record id.").format(label=declared.said))
    if text is not None and key is None:
        raise Refused(
            Problem.NO_SUCH_RECORD, gettext("{label} names no record that is held here.").format(label=declared.said)
        )
    return key


def _require_optional(declared: Documented) -> None:
    if not declared.letters & {"N", "D"}:
        raise Refused(Problem.REQUIRED, gettext("{label} is required.").format(label=declared.said))
