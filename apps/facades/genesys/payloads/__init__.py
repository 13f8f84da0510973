"""The dialect's names and formats, to and from ours."""
