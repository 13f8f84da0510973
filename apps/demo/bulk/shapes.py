"""What becomes of one contact: it waits, is offered, taken, held, handed on, laid aside, given up, called back."""

import random

from apps.agents.models import Channel
from apps.demo.bulk.centre import Centre
from apps.demo.bulk.floor import Floor
from apps.demo.bulk.journal import Contact, Duty, Held, Leg, Part, Stay
from apps.engagements.models import Direction
from apps.queues.models import EndType, EntryType, ExitType, HoldKind, Outcome, SegmentCause
from apps.queues.models.journal import CancelCause

_MENU = {Channel.VOICE: (3_000, 28_000), Channel.CHAT: (300, 4_000)}  # from to, milliseconds
_PATIENCE = {Channel.VOICE: 210_000, Channel.CHAT: 320_000, Channel.SMS: 5_400_000}  # on average
_TALK = {Channel.VOICE: 205_000, Channel.CHAT: 330_000, Channel.EMAIL: 260_000, Channel.SMS: 180_000}
_FOREVER = 10**15
_TRIES = 6
_WAYS = ("plain", "cold", "warm", "added", "requeued", "left on hold")
_OF_CALLS = _WAYS[2:]
_CHANCES = (875, 55, 30, 12, 16, 12)


class Shapes:
    """Plays the contacts of one day, in order of their arrival."""

    def __init__(self, centre: Centre, floor: Floor, dice: random.Random) -> None:
        self.centre, self.floor, self.dice = centre, floor, dice
        self.followed: list[Contact] = []  # callbacks that customers asked for: contacts of their own

    def play(self, contact: Contact) -> None:
        leg = contact.begin_leg(SegmentCause.START, contact.opened)
        if contact.direction == Direction.AGENT_INITIATED and self._made_by_an_agent(contact, leg):
            return
        if contact.direction == Direction.AGENT_INITIATED:  # nobody is free: then it is the customer who makes it
            contact.direction = Direction.INBOUND
        at = contact.opened + int(self.dice.uniform(*_MENU.get(Channel(contact.channel), (0, 40))))
        if contact.channel == Channel.VOICE and contact.parent is None and self.dice.random() < 0.02:
            self._customer_gone(contact, leg, at, "flow")
            return
        self._wait(contact, leg, contact.queue, at, EntryType.CALLBACK if contact.parent else EntryType.IVR)

    def _made_by_an_agent(self, contact: Contact, leg: Leg) -> bool:
        duty = self.floor.anybody(contact.opened)
        if duty is None:
            return False
        leg.by = leg.to = duty
        part = Part(leg, None, duty, contact.opened, contact.opened, Outcome.ACCEPTED)
        contact.parts.append(part)
        part.talked = contact.opened + self._some(4_000, 20_000)
        self._work(contact, part, may_go_on=False)
        return True

    # Waiting ----------------------------------------------------------------------------------------------------------
    def _wait(
        self, contact: Contact, leg: Leg, queue: int, at: int, entry_type: EntryType, without: tuple[Duty, ...] = ()
    ) -> None:
        """In a queue until somebody takes it, or something else happens."""
        stay = Stay(leg, queue, entry_type, at, self.floor.length(queue, at))
        contact.stays.append(stay)
        gives_up = at + self._patience(contact)
        if part := self._offer_around(contact, stay, gives_up, list(without)):
            stay.end(part.answered, ExitType.SUCCESS)
            leg.to = part.duty
            self.floor.waits(queue, stay.left)
            self._work(contact, part)
        elif not stay.left:
            self._nobody_took_it(contact, stay, gives_up)
        self.floor.waits(queue, stay.left)

    def _offer_around(self, contact: Contact, stay: Stay, gives_up: int, without: list[Duty]) -> Part | None:
        """Ask one after the other; None if nobody took it in time."""
        now = stay.entered
        for _ in range(_TRIES):
            found = self.floor.free(stay.queue, now, without)
            if found is None or found[1] >= gives_up:
                return None
            duty, offered = found[0], found[1] + self._some(40, 300)
            part = self._answer(contact, stay, duty, offered)
            contact.parts.append(part)
            if part.outcome == Outcome.ACCEPTED:
                return part
            duty.free_at = now = part.ended = part.answered
            without.append(duty)
            if part.cause == CancelCause.CUSTOMER_LEFT:
                stay.end(now, ExitType.ABANDON)
                self._customer_gone(contact, stay.leg, now, "queue")
                return None
        return None

    def _answer(self, contact: Contact, stay: Stay, duty: Duty, offered: int) -> Part:
        chance = self.dice.random()
        if chance < 0.93:
            part = Part(stay.leg, stay, duty, offered, offered + self._some(1_000, 8_000), Outcome.ACCEPTED)
            part.talked = part.answered + (self._some(300, 2_000) if contact.channel == Channel.VOICE else 0)
            return part
        if chance < 0.96:
            return Part(stay.leg, stay, duty, offered, offered + self._some(1_500, 12_000), Outcome.REJECTED)
        if chance < 0.985:
            ran_out = offered + self.centre.queues[stay.queue].offer_timeout * 1000
            return Part(stay.leg, stay, duty, offered, ran_out, Outcome.TIMED_OUT)
        lost = chance > 0.995 or contact.channel == Channel.EMAIL
        cause = CancelCause.AGENT_LOST if lost else CancelCause.CUSTOMER_LEFT
        return Part(stay.leg, stay, duty, offered, offered + self._some(900, 9_000), Outcome.CANCELLED, cause)

    def _nobody_took_it(self, contact: Contact, stay: Stay, gives_up: int) -> None:
        last = max([stay.entered + 1_000, *(part.answered for part in contact.parts if part.stay is stay)])
        chance = self.dice.random()
        if contact.channel == Channel.EMAIL:
            stay.end(last + self._some(60_000, 900_000), ExitType.INTERACTION_END)
            contact.close(stay.left)
        elif chance < 0.15 and stay.entry_type != EntryType.TIMEOUT:
            stay.end(max(last, stay.entered + (gives_up - stay.entered) * 2 // 3), ExitType.TIMEOUT)
            queue = (stay.queue + 1) % len(self.centre.queues)
            self._wait(contact, stay.leg, queue, stay.left, EntryType.TIMEOUT)
        elif chance < 0.25 and contact.channel == Channel.VOICE and contact.parent is None:
            stay.end(max(last, gives_up), ExitType.CALLBACK)
            self._customer_gone(contact, stay.leg, stay.left, "queue")
            self._call_back(contact, stay)
        else:
            stay.end(max(last, gives_up), ExitType.ABANDON)
            self._customer_gone(contact, stay.leg, stay.left, "queue")

    def _call_back(self, contact: Contact, stay: Stay) -> None:
        due = stay.left + self._some(60_000, 1_800_000)
        again = Contact(contact.channel, Direction.OUTBOUND, stay.queue, due, contact.customer, parent=contact)
        self.followed.append(again)

    def _customer_gone(self, contact: Contact, leg: Leg, at: int, where: str) -> None:
        contact.customer_leaves(at, where)
        leg.end(at, EndType.CUSTOMER_DISCONNECT)
        contact.close(at)

    # Working ----------------------------------------------------------------------------------------------------------
    def _work(self, contact: Contact, part: Part, *, may_go_on: bool = True) -> None:
        """The agent talks or writes; then the contact is over, or goes on with somebody else."""
        begin = part.talked or part.answered
        end = begin + int(self.dice.lognormvariate(0, 0.6) * _TALK.get(Channel(contact.channel), 240_000)) + 5_000
        part.duty.free_at = end
        if contact.channel == Channel.VOICE and end - begin > 30_000 and self.dice.random() < 0.22:
            self._hold(contact, part, begin, end)
        way = self.dice.choices(_WAYS, _CHANCES)[0]
        if contact.channel == Channel.EMAIL and way in _OF_CALLS:
            way = "parked"
        if len(contact.legs) > 2 or not may_go_on or (contact.channel != Channel.VOICE and way in _OF_CALLS):
            way = "plain"
        if way == "plain":
            self._done(contact, part, end)
        elif way == "parked":
            self._park(contact, part, end)
        elif way == "left on hold":
            held = Held(part, HoldKind.CUSTOMER, end, end + self._some(5_000, 90_000))
            contact.holds.append(held)
            contact.customer_leaves(held.ended, "hold")
            self._leave(part, held.ended, EndType.SUCCESS)
            contact.close(held.ended)
        elif way in ("cold", "requeued"):
            self._hand_on(contact, part, end, is_lost=way == "requeued")
        else:
            self._ask_in(contact, part, end, takes_over=way == "warm")

    def _done(self, contact: Contact, part: Part, end: int) -> None:
        if contact.channel in (Channel.VOICE, Channel.CHAT):
            contact.customer_leaves(end, "talk")
        self._leave(part, end, EndType.SUCCESS)
        contact.close(end + self._some(0, 60))

    def _leave(self, part: Part, at: int, end_type: EndType, *, wraps_up: bool = True) -> None:
        part.left = at
        if not part.leg.ended:
            part.leg.end(at, end_type)
        queue = self.centre.queues[part.stay.queue] if part.stay else None
        most = (queue.wrap_up if queue else 30) * 1000
        part.ended = at + (self._some(0, most) if wraps_up else 0)
        part.duty.free_at = part.ended
        if wraps_up and self.dice.random() < 0.9:
            part.disposition = int(self.dice.random() ** 2 * len(self.centre.dispositions))

    def _hold(self, contact: Contact, part: Part, begin: int, end: int) -> None:
        started = begin + (end - begin) // 4
        longest = (end - begin) // 3
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            ended = started + min(self._some(5_000, 80_000), longest)
            contact.holds.append(Held(part, HoldKind.CUSTOMER, started, ended))
            started = ended + 1_500

    def _hand_on(self, contact: Contact, part: Part, at: int, *, is_lost: bool) -> None:
        """A cold transfer, or the agent's client vanished and the work goes back."""
        self._leave(part, at, EndType.SUCCESS, wraps_up=not is_lost)
        queue = part.stay.queue if part.stay and is_lost else self._other(contact.queue)
        leg = contact.begin_leg(SegmentCause.REQUEUE if is_lost else SegmentCause.QUEUE, at, part.duty)
        self._wait(contact, leg, queue, at, EntryType.TRANSFER, (part.duty,))

    def _park(self, contact: Contact, part: Part, at: int) -> None:
        """Laid aside in a workbin until somebody has time for it, if anybody has today."""
        fetched = at + self._some(600_000, 5_400_000)
        duty = self.floor.anybody(fetched)
        if duty is None:
            self._done(contact, part, at)
            return
        self._leave(part, at, EndType.SUCCESS, wraps_up=False)
        leg = contact.begin_leg(SegmentCause.PULL, fetched, part.duty)
        leg.to = duty
        mine = Part(leg, None, duty, fetched, fetched, Outcome.ACCEPTED, talked=fetched)
        contact.parts.append(mine)
        self._work(contact, mine, may_go_on=False)

    def _ask_in(self, contact: Contact, part: Part, at: int, *, takes_over: bool) -> None:
        """A warm transfer or a conference: the agent stays until the colleague has come."""
        queue = self._other(contact.queue)
        found = self.floor.free(queue, at, (part.duty,))
        if found is None or found[1] > at + 45_000:
            self._asked_in_vain(contact, part, at, queue, takes_over=takes_over)
            return
        colleague, offered = found[0], found[1] + self._some(40, 300)
        leg = contact.begin_leg(SegmentCause.TRANSFER if takes_over else SegmentCause.ADD, at, part.duty)
        entry_type = EntryType.TRANSFER if takes_over else EntryType.ADD_PARTICIPANT
        stay = Stay(leg, queue, entry_type, at, self.floor.length(queue, at))
        theirs = Part(leg, stay, colleague, offered, offered + self._some(1_000, 6_000), Outcome.ACCEPTED)
        theirs.talked = theirs.answered + self._some(300, 1_500)
        stay.end(theirs.answered, ExitType.SUCCESS)
        leg.to = colleague
        contact.stays.append(stay)
        contact.parts.append(theirs)
        if takes_over:
            contact.holds.append(Held(part, HoldKind.TRANSFER, at, theirs.talked))
        self._leave(part, theirs.talked + self._some(4_000, 40_000), EndType.SUCCESS)
        self._work(contact, theirs, may_go_on=False)
        if theirs.left and part.left and theirs.left < part.left:  # the last to leave ends it
            self._leave(theirs, part.left, EndType.SUCCESS)
            leg.ended = part.left
            contact.customer_leaves(part.left, "talk")
            contact.close(part.left)

    def _asked_in_vain(self, contact: Contact, part: Part, at: int, queue: int, *, takes_over: bool) -> None:
        """Nobody came in time: the agent takes the customer back."""
        leg = contact.begin_leg(SegmentCause.TRANSFER if takes_over else SegmentCause.ADD, at, part.duty)
        entry_type = EntryType.TRANSFER if takes_over else EntryType.ADD_PARTICIPANT
        stay = Stay(leg, queue, entry_type, at, self.floor.length(queue, at))
        stay.end(at + self._some(15_000, 45_000), ExitType.ADD_PARTICIPANT_CANCEL)
        leg.end(stay.left, EndType.CANCELLED)
        contact.stays.append(stay)
        if takes_over:
            contact.holds.append(Held(part, HoldKind.TRANSFER, at, stay.left))
        self._done(contact, part, stay.left + self._some(5_000, 60_000))

    def _patience(self, contact: Contact) -> int:
        mean = _PATIENCE.get(Channel(contact.channel))
        return int(self.dice.expovariate(1 / mean)) + 2_000 if mean else _FOREVER

    def _other(self, queue: int) -> int:
        return (queue + self.dice.randrange(1, len(self.centre.queues))) % len(self.centre.queues)

    def _some(self, least: int, most: int) -> int:
        return least + int(self.dice.random() * (most - least))
