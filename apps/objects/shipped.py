"""The values that picklists come with (engagement 2 to 4, core-model 5.2, voice 8); their labels are our own words."""

INTERACTION = "EngagementInteraction"
STATES = {"New": "New", "In Progress": "InProgress", "Completed": "Completed"}
CHANNELS = {"Voice Call": "voice", "Web Chat": "chat", "Video Call": "video", "In Person": "in_person"}
PLAIN = {
    (INTERACTION, "Type"): ["Inbound", "Outbound"],
    (INTERACTION, "Sentiment"): ["Negative", "Neutral", "Positive"],
    ("EngagementAttendee", "Role"): ["Self", "OnBehalf"],
    ("EngagementTopic", "ProcessType"): ["Flow", "OmniScript", "QuickAction"],
    ("EngagementTopic", "ProcessStatus"): ["Initiated", "Completed", "Failed", "Cancelled"],
    ("VoiceCall", "CallOrigin"): ["Preview", "Progressive", "Voicemail"],
    ("VoiceCall", "CallSubtype"): ["PSTN", "WebRTC"],
    ("VoiceCall", "SourceType"): ["Sales", "Service"],
    ("VoiceCall", "CallResolution"): ["Resolved"],
    ("VoiceCall", "CallerIdType"): ["VendorLine", "CompanyNumber", "LocalPresence", "CustomCallerId"],
    ("VoiceCall", "VendorType"): ["ContactCenter"],
    ("ContactRequest", "PreferredChannel"): ["Phone"],
    ("ContactRequest", "RequestReason"): ["Account", "Billing", "Case", "General", "Order", "Other", "Product"],
    ("ContactRequest", "Status"): ["New", "Attempted", "Contacted", "Abandoned"],
    ("CallCenterRoutingMap", "Language"): ["en_US"],
}

SHIPPED = frozenset(
    {(INTERACTION, "Status", value) for value in STATES}
    | {(INTERACTION, "CommunicationChannel", value) for value in CHANNELS}
    | {(*place, value) for place, values in PLAIN.items() for value in values}
)
