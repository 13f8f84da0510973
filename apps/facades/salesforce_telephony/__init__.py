"""Salesforce's Telephony Integration API: what a telephone system tells us about its calls."""
