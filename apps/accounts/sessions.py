"""What a browser's session says of signing in with two factors."""

DUE = "second_factor_due"  # nothing opens but the page where the second factor is set up
PENDING = "second_step"  # of nobody yet: whose password was right, since when, and where to go
