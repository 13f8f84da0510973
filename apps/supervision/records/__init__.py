"""Lists of records, and what is done with all that they find."""
