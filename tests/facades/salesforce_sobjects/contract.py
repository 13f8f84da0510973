"""The documented fields, as the object pages list them: type and length, label, property letters, targets, values.

An asterisk stands where the pages tell nothing.
"""

_STAMPS = """
IsDeleted | boolean | Deleted | DFGS
CreatedById | reference 18 | Created By ID | DFGS | CreatedBy: User
CreatedDate | datetime | Created Date | DFS
LastModifiedById | reference 18 | Last Modified By ID | DFGS | LastModifiedBy: User
LastModifiedDate | datetime | Last Modified Date | DFS
SystemModstamp | datetime | System Modstamp | DFS
"""

FIELDS = {
    "EngagementInteraction": """
Id | id 18 | Engagement Interaction ID | DFGIS
Name | string 30 | Name | ADFIS
StartDateTime | datetime | Start Date Time | CUFNS
EndDateTime | datetime | End Date Time | CUFNS
Duration | string 4000 | Duration | CUFNS
CommunicationChannel | picklist 255 | Communication Channel | CUFGNRS | In Person, Video Call, Voice Call, Web Chat
Type | picklist 255 | Type | CUFGNRS | Inbound, Outbound
Status | picklist 100 | Status | CUFGNRS | New, In Progress, Completed
MappedState | picklist 40 | Mapped State | DFGNRS | New, InProgress, Completed
Sentiment | picklist 255 | Sentiment | CUFGNRS | Negative, Neutral, Positive
Reason | string 765 | Reason | CUFNS
PhoneNumber | phone 40 | Phone Number | CUFNS
IsAttendeeAuthenticated | boolean | Is Attendee Authenticated | CUDFGS
IsAttendeeVerified | boolean | Is Attendee Verified | CUDFGS
AttendeeVerificationTime | datetime | Attendee Verification Time | CUFNS
InitiatingAttendeeId | reference 18 | InitiatingAttendee ID | CUFGNS | InitiatingAttendee: Account, Contact, Lead
ContextId | reference 18 | Context ID | CUFGNS | Context: ServiceAppointment, Visit
ExternalIdentifier | string 255 | External Identifier | CUFGINS
OwnerId | reference 18 | Owner ID | CUDFGS | Owner: User
RecordTypeId | reference 18 | * | CUFGNS | RecordType: RecordType
LastReferencedDate | datetime | Last Referenced Date | FNS
LastViewedDate | datetime | Last Viewed Date | FNS
"""
    + _STAMPS,
    "EngagementAttendee": """
Id | id 18 | Engagement Attendee ID | DFGIS
Name | string 30 | Name | ADFIS
EngagementId | reference 18 | Engagement ID | CUFGS | Engagement: EngagementInteraction, MessagingSession, VoiceCall
ExternalAttendeeId | reference 18 | External Attendee ID | CUFGNS | ExternalAttendee: Account, Contact, Lead
InternalAttendeeId | reference 18 | Internal Attendee ID | CUFGNS | InternalAttendee: User
StartDateTime | datetime | Start Date Time | CUFNS
EndDateTime | datetime | End Date Time | CUFNS
IsAuthenticated | boolean | Is Authenticated | CUDFGS
IsVerified | boolean | Is Verified | CUDFGS
VerificationTime | datetime | Verification Time | CUFNS
Role | picklist 255 | Role | CUFGNS | OnBehalf, Self
OwnerId | reference 18 | Owner ID | CUDFGS | Owner: User
RecordTypeId | reference 18 | * | CUFGNS | RecordType: RecordType
LastReferencedDate | datetime | * | FNS
LastViewedDate | datetime | * | FNS
"""
    + _STAMPS,
    "EngagementTopic": """
Id | id 18 | Engagement Topic ID | DFGIS
Name | string 255 | Name | CUFGIS
EngagementId | reference 18 | Engagement ID | CUFGS | Engagement: EngagementInteraction, MessagingSession, VoiceCall
ParentTopicId | reference 18 | Engagement Topic ID | CUFGNS | ParentTopic: EngagementTopic
TopicId | reference 18 | Topic ID | CUFGNS | Topic: Asset, Case, Claim, LoyaltyMemberTier, LoyaltyProgramMember, \
Opportunity, Order, ServiceAppointment, Voucher, TransactionJournal
RelatedPersonId | reference 18 | RelatedPerson ID | CUFGNS | RelatedPerson: Account, Contact, Lead
ProcessName | string 255 | Process Name | CUFGNS
ProcessType | picklist 40 | Process Type | CUFGNRS | Flow, OmniScript, QuickAction
ProcessStatus | picklist 255 | Process Status | CUFGNRS | Cancelled, Completed, Failed, Initiated
ProcessFailureReason | picklist 255 | Process Failure Reason | CUFGNS
InteractionSummary | string 765 | Interaction Summary | CUFNS
OwnerId | reference 18 | Owner ID | CUDFGS | Owner: User
LastReferencedDate | datetime | * | FNS
LastViewedDate | datetime | * | FNS
"""
    + _STAMPS,
    "VoiceCall": """
Id | id 18 | Voice Call ID | DFGIS
ActivityId | reference 18 | Activity ID | CUFGNS | Activity: Task
AgentSentimentScore | double 18,2 | * | FNS
CallAcceptDateTime | datetime | * | CFNS
CallCenterId | reference 18 | * | CFGNS | CallCenter: CallCenter
CallConnectDateTime | datetime | Call Connected | CFNS
CallDisposition | string 255 | Call Status | CFGNS
CallDurationInSeconds | int 8 | Call Duration | CFGNS
CallEndDateTime | datetime | Call Ended | CFNS
CallerId | reference 18 | Caller ID | CFGNS | Caller: ConversationParticipant
CallerIdType | picklist 40 | Caller Id | CFGNRS | VendorLine, CompanyNumber, LocalPresence, CustomCallerId
CallOrigin | picklist 40 | Call Origin | CFGNRS | Preview, Progressive, Voicemail
CallQueuedDateTime | datetime | * | CFNS
CallRecordingId | reference 18 | Voice Call Recording ID | CFGNS | CallRecording: VoiceCallRecording
CallResolution | picklist 40 | * | CUFGNS | Resolved
CallStartDateTime | datetime | Call Started | CFS
CallStatus | picklist 40 | * | FGNRS
CallSubtype | picklist 40 | * | CFGNRS | PSTN, WebRTC
CallType | picklist 40 | Call Type | CFGRS | Callback, Consult, Inbound, InternalCall, Outbound, Transfer
CoachingDurationInSeconds | int 8 | * | CFGNS
ConferenceKey | string 255 | Conference Key | CFGNS
ConversationId | reference 18 | * | CFGNS | Conversation: Conversation
CurrencyCode | picklist 3 | Currency Code | CFGNRS
CustomerHoldDuration | int 8 | * | CFGNS
CustomerSentimentScore | double 18,2 | * | FNS
Description | textarea 32000 | * | CUN
DisconnectReason | string 255 | * | CFGN
EndUserId | reference 18 | * | CFGNS | EndUser: MessagingEndUser
FromPhoneNumber | phone 40 | Caller Contact Info | CFGS
IsDiarizationOptIn | boolean | Is Diarization Opted In | DFGS
IsRecorded | boolean | Is Call Recorded | CDFGS
IvrDuration | int 8 | * | CUFGNS
LastReferencedDate | datetime | Last Referenced Date | FNS
LastViewedDate | datetime | Last Viewed Date | FNS
LongestHoldDuration | int 8 | * | CFGNS
MediaProviderId | reference 18 | CallCoachingMediaProvider ID | CFGNS | MediaProvider: CallCoachingMediaProvider
Name | string 30 | Name | ADFIS
NextCallId | reference 18 | * | CFGNS | NextCall: VoiceCall
NumberOfHolds | int 8 | * | CFGNS
OwnerId | reference 18 | Owner ID | CUDFGS | Owner: Group, User
PreviousCallId | reference 18 | * | CFGNS | PreviousCall: VoiceCall
Price | double 18,2 | Price | CFNS
QualityScore | double 18,2 | * | CUFNS
QueueName | string 255 | * | CFGNS
RecipientId | reference 18 | Recipient ID | CFGNS | Recipient: ConversationParticipant
RecordTypeId | reference 18 | * | CUFN | RecordType: RecordType
RelatedRecordId | reference 18 | RelatedRecord ID | CUFGNS | RelatedRecord: Account, Case, CollectionPlan, Contact, \
ContactRequest, Lead, Opportunity
SourceType | picklist 40 | Source Type | CUGNRS | Sales, Service
ToPhoneNumber | phone 40 | Recipient Contact Info | CFGS
TranscribedLanguage | string 10 | Language | FGNS
UserId | reference 18 | User ID | CFGNS | User: User
VendorCallKey | string 255 | Vendor Call Key | CFGINS
VendorParentCallKey | string 255 | Vendor Parent Call Key | CFGNS
VendorType | picklist 40 | Vendor Type | CFGNRS | ContactCenter
VoiceVendorLineId | reference 18 | Voice Vendor Line ID | CFGNS | VoiceVendorLine: VoiceVendorLine
"""
    + _STAMPS,
    "VoiceCallRecording": """
DurationInSeconds | int 8 | Duration in Seconds | CUFGS
IntelligenceScore | int 9 | Intelligence Score | CUFGNS
IsConsented | boolean | Is Consented | CUDFGS
MediaContentId | reference 18 | Content Document ID | CUFGNS | MediaContent: ContentDocument
Name | string 255 | Voice Call Recording Name | CUFGIS
OwnerId | reference 18 | Owner ID | CUDFGS | Owner: Group, User
UploadDateTime | datetime | Upload DateTime | FNS
VoiceCallId | reference 18 | Voice Call ID | FGS | VoiceCall: VoiceCall
""",
    "CallCenter": """
AdapterUrl | string 2000 | * | CFGNS
CustomSettings | string 3000 | * | CFNS
InternalName | string 80 | * | CFGS
Name | string 80 | * | CFGIS
Version | double 18,3 | * | CFNS
""",
    "CallCenterRoutingMap": """
CallCenterId | reference 18 | * | CUFGS | CallCenter: CallCenter
DeveloperName | string 80 | * | CUFGS
ExternalId | string 255 | * | CUFGS
Language | picklist 40 | * | CUDFGNRS
MasterLabel | string 80 | * | CUFGS
QuickConnect | string 255 | * | CUFGNS
ReferenceRecordId | reference 18 | * | CUFGS | ReferenceRecord: Group, User
""",
    "Conversation": """
ConversationChannelId | reference 18 | * | FGIS
ConversationIdentifier | string 255 | * | FGIS
StartTime | datetime | * | FNS
EndTime | datetime | * | FNS
Name | string 30 | * | ADFIS
""",
    "ConversationParticipant": """
AppType | string 255 | * | FGNS
ConversationId | reference 18 | * | FGNS | Conversation: Conversation
JoinedTime | datetime | * | FS
LastActiveTime | datetime | * | FS
LeftTime | datetime | * | FNS
Name | string 30 | * | ADFIS
ParticipantContext | string 255 | * | FGNS
ParticipantDisplayName | string 255 | * | *
ParticipantEntityId | reference 18 | * | FGNS
ParticipantKey | string 120 | * | FGINS
ParticipantRole | string 36 | * | FGNS
""",
    "ContactRequest": """
AvailableCallbackAttempts | int 8 | * | CUFGNS
DelayBetweenCallbackAttempts | int 8 | * | CUFGNS
IsCallback | boolean | * | CUDFGS
Name | string 255 | * | ADFIS
OwnerId | reference 18 | * | CUDFGS | Owner: Group, User
PreferredChannel | picklist 40 | * | CUDFGS
PreferredPhone | phone 40 | * | CUFGNS
RequestDescription | textarea 32000 | * | CUN
RequestReason | picklist 40 | * | CUDFGNS | Account, Billing, Case, General, Order, Other, Product
Status | picklist 40 | * | CUDFGS | New, Attempted, Contacted, Abandoned
WhatId | reference 18 | * | CUFGNS | What: Account, Case, ContactRequest, Opportunity, WorkOrder
WhoId | reference 18 | * | CUFGNS | Who: Contact, Lead, User
LastReferencedDate | datetime | * | FNS
LastViewedDate | datetime | * | FNS
""",
    "PendingServiceRouting": """
WorkItemId | reference 18 | * | * | WorkItem: VoiceCall
GroupId | reference 18 | * | * | Group: Group
PreferredUserId | reference 18 | * | * | PreferredUser: User
RoutingType | picklist 40 | * | * | QueueBased, SkillsBased
RoutingModel | picklist 40 | * | * | ExternalRouting, LeastActive, MostAvailable
RoutingPriority | int 8 | * | *
ServiceChannelId | reference 18 | * | *
IsReadyForRouting | boolean | * | *
IsTransfer | boolean | * | *
IsPushed | boolean | * | *
IsPushAttempted | boolean | * | *
CapacityWeight | double 18,2 | * | *
CapacityPercentage | double 18,2 | * | *
CustomRequestedDateTime | datetime | * | *
PushTimeout | int 8 | * | *
Serial | int 8 | * | *
""",
    "RealtimeAlertEvent": """
Name | string 255 | * | *
Description | textarea 32000 | * | *
Source | string 255 | * | *
Severity | string 255 | * | *
Payload | textarea 131072 | * | *
EventDateTime | datetime | * | *
""",
}


def rows() -> list[tuple[str, list[str]]]:
    """(object, the columns of one line); a missing last column is an empty text."""
    found = []
    for name, table in FIELDS.items():
        for line in filter(None, table.splitlines()):
            cells = [cell.strip() for cell in line.split("|")]
            found.append((name, cells if len(cells) == 5 else [*cells, ""]))
    return found
