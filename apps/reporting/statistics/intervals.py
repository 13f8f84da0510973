"""Which statistic each key of the workforce intervals is (cxengage 11.1, X-63, X-64), with its value key.

`table(..., by=["quarter", "queue"])` gives them; where the contract wants 0 for what is not there, its dialect says so.
"""

from collections.abc import Mapping

QUEUE_KEYS: Mapping[str, tuple[str, str]] = {
    "offeredCallCount": ("queue-entries-count", "count"),
    "queueInteractions": ("queue-interactions-count", "count"),
    "answeredCallCount": ("calls-answered-count", "count"),
    "handledCallCount": ("resource-handled-count", "count"),
    "abandonedCallCount": ("queue-abandons-count", "count"),
    "shortAbandonsCount": ("short-abandons-count", "count"),
    "abandonedInSlaCount": ("abandons-in-sla-count", "count"),
    "answeredInSlaCount": ("calls-answered-in-sla-count", "count"),
    "inServiceLevelContacts": ("calls-answered-in-sla-count", "count"),
    "totalServiceLevelContacts": ("service-level-contacts-count", "count"),
    "sla": ("service-level", "percent"),
    "queueTime": ("finished-queue-time", "total"),
    "maxQueueTime": ("finished-queue-time", "max"),
    "maxQueueCount": ("longest-queue-count", "count"),
    "abandonedTime": ("queue-abandon-time", "total"),
    "maxAbandonedTime": ("queue-abandon-time", "max"),
    "answerTime": ("time-to-answer", "total"),
    "avgTimeToAnswer": ("time-to-answer", "avg"),
    "conversationTime": ("resource-conversation-time", "total"),
    "wrapUpTime": ("resource-wrap-up-time", "total"),
    "agentWrapUpTime": ("resource-wrap-up-time", "total"),
    "avgHandleTime": ("resource-handle-time", "avg"),
    "workOfferCancelledCount": ("work-cancelled-count", "count"),
    "workRejectedCount": ("work-rejected-count", "count"),
    "queueTimeoutCount": ("queue-timeouts-count", "count"),
    "queueEndedCount": ("queue-ended-count", "count"),
    "queueCallbacksConfirmedCount": ("queue-callbacks-count", "count"),
}

AGENT_QUEUE_KEYS: Mapping[str, tuple[str, str]] = {
    "conversationTime": ("resource-conversation-time", "total"),
    "holdTime": ("resource-customer-hold-time", "total"),
    "wrapUpTime": ("resource-wrap-up-time", "total"),
    "handledCallCount": ("resource-handled-count", "count"),
    "workOfferCount": ("work-offers-count", "count"),
    "workAcceptedCount": ("work-accepted-count", "count"),
    "workRejectedCount": ("work-rejected-count", "count"),
    "avgHandleTime": ("resource-handle-time", "avg"),
}

AGENT_KEYS: Mapping[str, tuple[str, str]] = {
    "loggedInTime": ("resource-logged-in-time", "total"),
    "idleTime": ("resource-idle-time", "total"),
    "awayTime": ("resource-away-time", "total"),
    "busyTime": ("resource-busy-time", "total"),
    **AGENT_QUEUE_KEYS,
}
