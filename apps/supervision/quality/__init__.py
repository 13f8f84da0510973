"""What is flagged as stuck or incomplete: why, since when, and how a supervisor puts it right."""
