"""What the Salesforce dialects on the platform host share."""

from apps.facades.salesforce.errors import Error, error
from apps.facades.salesforce.json import UTF8JSON, StrictJSON
from apps.facades.salesforce.negotiation import JSONOrXML, OneRepresentation
from apps.facades.salesforce.views import SCHEMES, WITHIN, BearerToken, SalesforceView

__all__ = [
    "SCHEMES",
    "UTF8JSON",
    "WITHIN",
    "BearerToken",
    "Error",
    "JSONOrXML",
    "OneRepresentation",
    "SalesforceView",
    "StrictJSON",
    "error",
]
