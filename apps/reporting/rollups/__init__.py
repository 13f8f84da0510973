"""Roll-ups: written by `rolling` (a range anew) and `following` (what changed), read by `reading`."""
