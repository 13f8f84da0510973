"""Everything that changes a live interaction (core-model section 4). Each function is one transaction and one event."""

from apps.queues.operations.annotate import (
    NOTE,
    attach_user_data,
    choose_wrap_up,
    delete_user_data,
    require_storable,
    set_disposition,
    set_subject,
    write_note,
)
from apps.queues.operations.answering import accept, reject, time_out
from apps.queues.operations.arrival import abandon, enqueue, open
from apps.queues.operations.calling_back import fall_due, open_callback, put_off
from apps.queues.operations.consulting import (
    add_participant,
    aim,
    cancel_transfer,
    complete_transfer,
    keep_both,
    remove_participant,
    start_transfer,
)
from apps.queues.operations.deleting import delete
from apps.queues.operations.entering import require_open, route_arrival
from apps.queues.operations.filing import add_files, add_note, change_artifact, file_artifact, rewrite_note
from apps.queues.operations.flagging import flag, flag_found, terminate, unflag
from apps.queues.operations.followers import followers
from apps.queues.operations.holding import hold, resume, resume_all, set_recording
from apps.queues.operations.linking import Link, add_hook, deselect_contact, drop_hook, select_contact
from apps.queues.operations.many import delete_many, revise_many
from apps.queues.operations.monitoring import monitor, stop_monitoring
from apps.queues.operations.offering import offer
from apps.queues.operations.outbound import open_outbound
from apps.queues.operations.overflowing import overflow
from apps.queues.operations.parking import park, pull, shelve
from apps.queues.operations.presence import (
    end_session,
    give_up,
    log_off,
    log_off_inactive,
    lose_session,
    make_not_ready,
    make_ready,
    note_activity,
    renew_lease,
    set_do_not_disturb,
    start_session,
    warn_inactive,
)
from apps.queues.operations.repairing import last_sign, mend, repair
from apps.queues.operations.rerouting import clear_routing, move, pass_on, reopen, requeue, withdraw
from apps.queues.operations.revising import revise
from apps.queues.operations.signalling import answer_script, focus, mute
from apps.queues.operations.steering import move_back, move_on, prioritise, reassign, take_over
from apps.queues.operations.transferring import place_in_queue, transfer, transfer_outside
from apps.queues.operations.watching import list_workbin, refuse_subscription, subscribe, unsubscribe
from apps.queues.operations.work import close, complete, connect, end_wrap_up, hang_up, leave, take

__all__ = [
    "NOTE",
    "Link",
    "abandon",
    "accept",
    "add_files",
    "add_hook",
    "add_note",
    "add_participant",
    "aim",
    "answer_script",
    "attach_user_data",
    "cancel_transfer",
    "change_artifact",
    "choose_wrap_up",
    "clear_routing",
    "close",
    "complete",
    "complete_transfer",
    "connect",
    "delete",
    "delete_many",
    "delete_user_data",
    "deselect_contact",
    "drop_hook",
    "end_session",
    "end_wrap_up",
    "enqueue",
    "fall_due",
    "file_artifact",
    "flag",
    "flag_found",
    "focus",
    "followers",
    "give_up",
    "hang_up",
    "hold",
    "keep_both",
    "last_sign",
    "leave",
    "list_workbin",
    "log_off",
    "log_off_inactive",
    "lose_session",
    "make_not_ready",
    "make_ready",
    "mend",
    "monitor",
    "move",
    "move_back",
    "move_on",
    "mute",
    "note_activity",
    "offer",
    "open",
    "open_callback",
    "open_outbound",
    "overflow",
    "park",
    "pass_on",
    "place_in_queue",
    "prioritise",
    "pull",
    "put_off",
    "reassign",
    "refuse_subscription",
    "reject",
    "remove_participant",
    "renew_lease",
    "reopen",
    "repair",
    "requeue",
    "require_open",
    "require_storable",
    "resume",
    "resume_all",
    "revise",
    "revise_many",
    "rewrite_note",
    "route_arrival",
    "select_contact",
    "set_disposition",
    "set_do_not_disturb",
    "set_recording",
    "set_subject",
    "shelve",
    "start_session",
    "start_transfer",
    "stop_monitoring",
    "subscribe",
    "take",
    "take_over",
    "terminate",
    "time_out",
    "transfer",
    "transfer_outside",
    "unflag",
    "unsubscribe",
    "warn_inactive",
    "withdraw",
    "write_note",
]
