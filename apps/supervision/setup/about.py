"""What each set-up screen is for, in a sentence, and what it does in each dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.common.words import later as _


@dataclass(frozen=True)
class About:
    """`dialects` leaves out those that know nothing of it."""

    says: str
    salesforce: str = ""
    genesys: str = ""
    cxengage: str = ""
    telephony: str = ""

    @property
    def dialects(self) -> Sequence[tuple[str, str]]:
        told = (
            (_("Salesforce"), self.salesforce),
            (_("Telephone systems"), self.telephony),
            (_("Genesys"), self.genesys),
            (_("CxEngage"), self.cxengage),
        )
        return [(name, text) for name, text in told if text]


ABOUT: Mapping[str, About] = {
    # People
    "accounts.user": About(
        _("Everybody who signs in. Somebody who leaves is switched off; what they did stays in their name."),
        _("A User: signs in by OAuth or SOAP, owns records, is named as who created and changed them."),
        _("A user of /users; signs in by Basic, with a session cookie or by OAuth. Work needs an agent beside it."),
        _("A user of /users. The role’s permissions decide which calls are open to its token."),
        _("Found by the name that a telephone system has for it (routing map of the call centre)."),
    ),
    "accounts.userrole": About(
        _("What people may do, and how far they see: own teams, own queues, or everything."),
        _("What a role does not allow is refused as missing access; records out of reach are not found."),
        _("Told by its kind: agents, supervisors and administrators have the documented roles."),
        _("A role of /roles with its permissions by CxEngage’s own names."),
    ),
    "agents.agent": About(
        _("People who take work: their team, queues, skills and how much they take at once."),
        _("Conversation vendors and telephony name agents by their user; nothing else to set up."),
        _("Opens the contact-centre session, channels and device of the user."),
        _("The resource of presence, work offers and capacity rules, as tenantAgentId."),
        _("The rep that a call is routed to."),
    ),
    "agents.team": About(
        _("Agents who belong together, who leads them, and the queues they look after."),
        genesys=_("A group workbin may belong to a team."),
        cxengage=_("A group of /groups and of each user’s groups."),
    ),
    "agents.skill": About(
        _("What agents can do, on a level from 1. Queues and rules ask for it, and may ask for less after a wait."),
        genesys=_("A skill of /skills and of each user’s skills."),
        cxengage=_("A skill of /skills and of each user’s skills, with proficiency."),
        telephony=_("Not asked for by name: the queue or the rule that a call comes to asks."),
    ),
    "agents.channelcapacity": About(
        _("How many contacts of a channel somebody takes at once: everybody, a team, or one agent."),
        genesys=_("Decides how much is offered; clients are told no number."),
        cxengage=_("The capacity rules of a user."),
    ),
    "agents.notreadyreason": About(
        _("What agents choose when they take no work: a break, training, back office."),
        genesys=_("An agent state of settings/agent-states; clients send its one-word operation name."),
        cxengage=_("A reason of /reasons, in the list of reasons that every agent has."),
    ),
    # Routing
    "queues.queue": About(
        _("Where contacts wait: who takes them, how urgent they are, how long an offer stands, when it is open."),
        _("A queue (Group) that owns a call while it waits; QueueSobject says for which objects."),
        _("A queue of /me/queues: work is placed in it and transferred to it by its id or name."),
        _("A queue of /queues with versions; figures, alerts and realtime statistics are told by its id."),
        _("Numbers lead to it, and omniFlow and routeVoiceCall route to it."),
    ),
    "queues.flow": About(
        _("A named way in: rules of its own, a queue where none holds, and whether calls are recorded."),
        _("The flow that omniFlow and Voice name by its developer name."),
        cxengage=_("A flow of /flows; flowId and flowName of the contacts that came by it."),
        telephony=_("A number may lead to a flow in place of a queue."),
    ),
    "queues.flowrule": About(
        _("Where a contact goes by channel, number, type, reason or a field: first rule that holds decides."),
        _("Decides for calls that omniFlow brings, and for interactions that open as live contacts."),
        cxengage=_("Entry rules are the dispatch mappings; a flow’s own rules are not told."),
        telephony=_("Goes before the number’s own route. Recording is told to the system as user data."),
    ),
    "queues.businesshours": About(
        _("When queues are open, on the clock of one place. Closed ones hold, refuse or offer to call back."),
        _("A call that is refused is told the documented error; one that may be called back becomes a request."),
        cxengage=_("Business hours of /business-hours. A stay that closing ends leaves its queue by timeout."),
    ),
    "queues.holidaylist": About(
        _("Days that differ from the week: closed, or open at other times."),
        cxengage=_("The exceptions of the business hours that name the list."),
    ),
    "queues.slaversion": About(
        _("How many of a hundred are to be answered within what time. Never changed: what was measured keeps it."),
        cxengage=_("A service level of /slas with versions, and sla of each queue; slaTime is measured against it."),
    ),
    "queues.threshold": About(
        _("When the live board turns amber and red, for every queue or for one. No dialect tells of it.")
    ),
    "queues.outboundidentifier": About(
        _("Numbers and addresses that contacts begun here show to the customer."),
        genesys=_("The first number for calls is what a Dial shows."),
        cxengage=_("An outbound identifier of /outbound-identifiers; outboundIdentifier of the contact."),
    ),
    "queues.workbin": About(
        _("Where work is parked and fetched from: an agent’s own, a team’s, or a place’s."),
        genesys=_("A workbin of /workbins; ItemAdded and ItemRemoved are told to those who subscribe."),
    ),
    # Outcome
    "queues.disposition": About(
        _("Outcomes that an agent chooses at the end. A queue may ask for one before work is completed."),
        genesys=_("Told in the settings, chosen by SetDisposition; a missing one refuses Complete."),
        cxengage=_("A disposition of /dispositions; dispositionId and name of each agent’s part."),
    ),
    "messaging.cannedtext": About(
        _("Ready-made texts for notes, chats and messages at the desk. Agents keep own ones beside these."),
        cxengage=_("Not among its /message-templates, which its clients keep by themselves."),
    ),
    "attendees.verificationprocess": About(
        _("What an agent asks to make sure who somebody is, and how many answers must be right."),
        _("A check that succeeds sets IsVerified and its time at the attendee, and at the interaction it initiated."),
    ),
    # Records
    "objects.customfield": About(
        _("Fields of your own on interactions, attendees, topics and calls."),
        _("A field ending in __c: described, queried, written, and an item of customFieldsList in Connect."),
        telephony=_("Fields of calls come in callAttributes, by their API names."),
    ),
    "objects.picklistvalue": About(
        _("The values people and clients choose from: channels, types, statuses, sentiments, own lists."),
        _("Picklist values in describe; a restricted list refuses others. Status stands for a MappedState."),
        _("A value of Communication Channel switches that channel on."),
        _("The channel type of a contact follows from the value of Communication Channel."),
    ),
    "objects.recordtype": About(
        _("Kinds of records with a default for each object."),
        _("RecordType with its developer name; RecordTypeId of interactions, attendees and calls."),
    ),
    "objects.tracking": About(
        _("Which fields’ changes are kept as history and told in feeds."),
        _("Rows of <Object>History and tracked changes in <Object>Feed."),
    ),
    "directory.crmrecord": About(
        _("Who is at the other end: names, numbers and addresses, by which callers are known and contacts found."),
        _(
            "What the ids of accounts, contacts, leads and cases in records lead to. "
            "Clients write the ids, not these rows."
        ),
        _("A contact of /me/contacts."),
        _("The person of /contacts/<id>/interactions."),
    ),
    "voice_calls.contactrequest": About(
        _("Customers who asked to be called, and what became of it."),
        _("A ContactRequest. One with IsCallback becomes work of its queue when it falls due."),
    ),
    # Connections
    "voice_calls.callcenter": About(
        _("A telephone system that may speak to us: its keys, its numbers and its names for our queues and people."),
        _("Signs calls in by callCenterApiName; CallCenterRoutingMap rows are its routing map."),
        cxengage=_("An integration of /integrations."),
        telephony=_("The issuer of its tokens: signed with the private key whose public one stands here."),
    ),
    "accounts.apiclient": About(
        _("Programs that sign in by OAuth: which ways are open to each, and as whom it runs."),
        _("A connected app: client id and secret, redirect addresses, certificate for JWT bearer."),
        _("OAuth tokens of such a client open /api/v2, too."),
    ),
    "accounts.apikey": About(
        _("A key and secret with a role, for programs that know no OAuth."),
        cxengage=_("An API key of /api-keys; signs in at /tokens or by Basic."),
    ),
    "accounts.apisession": About(_("Tokens in use. Ended here, a program or person has to sign in again.")),
    "accounts.approval": About(_("What people allowed programs to do in their name.")),
    "webhooks.webhookendpoint": About(
        _("Addresses that are told of events, signed, in order and tried again: of what whoever set it up may see."),
        _("Not part of any dialect; each event names its contact by the ids of all of them."),
    ),
    "webhooks.webhookdelivery": About(_("What webhooks were sent, what they answered, and sending again by hand.")),
    # The house
    "tenants.tenant": About(
        _("Time zone, default queue, limits, what counts as stuck, and what telephone systems may ask for."),
        _("The organisation: its limits of requests a day, and how references are checked."),
        _("Name, time zone, country of numbers and missed offers stand in /settings."),
    ),
    "privacy.retentionrule": About(
        _("How long personal data is kept, by kind, channel and queue; with a preview before it counts."),
        _("Emptied fields read as null in every dialect; figures stay."),
    ),
    "privacy.legalhold": About(_("Contacts that no rule and no erasure touches until the hold is taken away.")),
    "privacy.personrequest": About(_("Finding, handing out and erasing what there is of one person, with a proof.")),
    "audit.auditentry": About(_("Who did what, and when: data, settings, roles, sign-ins, exports.")),
    "exports.mailedreport": About(_("Reports that go out by mail, with the rights of whoever changed them last.")),
}
