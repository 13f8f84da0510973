"""What a browser's session says of signing in with two factors."""

DUE = "second_factor_due"  # nothing opens but the page where the second factor is set up
PASSWORD_ALONE = "password_alone"  # opened by a client of a dialect, which asks for no code: no screen opens
PENDING = "second_step"  # of nobody yet: whose password was right, since when, and where to go
