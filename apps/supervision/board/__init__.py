"""The live board: queues and agents as they stand, what calls for a look, and what a supervisor can do about it."""
