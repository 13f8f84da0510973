"""A contact centre on trial: the real routing under random calls, beside what queueing theory says of it."""
