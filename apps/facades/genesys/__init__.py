"""Genesys Web Services, API v2: live interactions, agents' states and their notifications (genesys-interactions.md)."""
