"""Several requests in one: dependent on each other (`/composite`), or not (`/composite/batch`)."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.facades.base import roll_back
from apps.facades.salesforce import WITHIN, error
from apps.facades.salesforce_sobjects.composite import reading
from apps.facades.salesforce_sobjects.composite.references import Answered, Unresolved
from apps.facades.salesforce_sobjects.composite.subrequests import Answer, Step, run
from apps.facades.salesforce_sobjects.views.base import ObjectView
from apps.tenants.scope import scope

_ROLLED_BACK = "Rolled back: another subrequest of the same call failed."
_HALTED = "Batch processing was halted by an earlier failure."


class SeveralView(ObjectView):
    """Runs other resources. Each of them has a transaction of its own unless they stand or fall together (P-36)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if WITHIN in request.META:
            raise NotFound("not within itself")

    def transaction(self, request: Request) -> AbstractContextManager[None]:
        return nullcontext()


class CompositeView(SeveralView):
    xml_root = "CompositeResponse"

    def get(self, request: Request, version: str) -> Response:
        base = f"/services/data/v{version}.0/composite"
        return Response({name: f"{base}/{name}" for name in ("tree", "batch", "sobjects", "graph")})

    def post(self, request: Request, version: str) -> Response:
        """Always 200; each subrequest's own status stands beside its body."""
        steps, all_or_none = reading.composite(request.data, int(version))
        answered = Answered(int(version))
        if all_or_none:
            with scope(self.tenant_of(request)):
                answers = self._together(steps, answered)
        else:
            answers = [self._run(step, answered) for step in steps]
        return Response({"compositeResponse": [_shown(*pair) for pair in zip(steps, answers, strict=True)]})

    def _together(self, steps: list[Step], answered: Answered) -> list[Answer]:
        """All of them, or of the first failure its answer and nothing written."""
        answers: list[Answer] = []
        for position, step in enumerate(steps):
            answers.append(self._run(step, answered, all_or_none=True))
            if answers[-1].has_failed:
                roll_back()
                halted = Answer(400, [error("PROCESSING_HALTED", _ROLLED_BACK)])
                return [answers[-1] if each == position else halted for each in range(len(steps))]
        return answers

    def _run(self, step: Step, answered: Answered, *, all_or_none: bool = False) -> Answer:
        try:
            filled = Step(step.method, answered.in_url(step.url), answered.in_body(step.body), step.headers)
        except Unresolved as unresolved:
            return Answer(400, [error("PROCESSING_HALTED", str(unresolved))])
        answer = run(self.request, filled, all_or_none=all_or_none)
        if not answer.has_failed:
            answered.keep(step.reference_id, answer.body)
        return answer


class BatchView(SeveralView):
    xml_root = "BatchResponse"

    def post(self, request: Request, version: str) -> Response:
        steps, halts = reading.batch(request.data)
        answers: list[Answer] = []
        for step in steps:
            if halts and answers and answers[-1].has_failed:
                answers.append(Answer(412, [error("BATCH_PROCESSING_HALTED", _HALTED)]))
            else:
                answers.append(run(request, step))
        results = [{"statusCode": each.status, "result": each.body} for each in answers]
        return Response({"hasErrors": any(each.has_failed for each in answers), "results": results})


def _shown(step: Step, answer: Answer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": {"Location": answer.location} if answer.location else {},
        "httpStatusCode": answer.status,
        "referenceId": step.reference_id,
    }
