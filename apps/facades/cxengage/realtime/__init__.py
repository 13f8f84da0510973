"""The live figures and the intervals for workforce management (cxengage 10, 11.1, 11.2)."""
