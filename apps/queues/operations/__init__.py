"""Everything that changes a live interaction (core-model section 4). Each function is one transaction and one event."""

from apps.queues.operations.annotate import attach_user_data, delete_user_data, set_disposition, set_subject
from apps.queues.operations.answering import accept, reject, time_out
from apps.queues.operations.arrival import abandon, enqueue, open
from apps.queues.operations.deleting import delete
from apps.queues.operations.followers import followers
from apps.queues.operations.offering import offer
from apps.queues.operations.presence import (
    end_session,
    lose_session,
    make_not_ready,
    make_ready,
    renew_lease,
    start_session,
)
from apps.queues.operations.revising import revise
from apps.queues.operations.work import close, complete, connect, end_wrap_up, hang_up

__all__ = [
    "abandon",
    "accept",
    "attach_user_data",
    "close",
    "complete",
    "connect",
    "delete",
    "delete_user_data",
    "end_session",
    "end_wrap_up",
    "enqueue",
    "followers",
    "hang_up",
    "lose_session",
    "make_not_ready",
    "make_ready",
    "offer",
    "open",
    "reject",
    "renew_lease",
    "revise",
    "set_disposition",
    "set_subject",
    "start_session",
    "time_out",
]
