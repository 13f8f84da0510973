"""Staffing: how many agents a queue needs at each time of the week, and what one more would bring."""
