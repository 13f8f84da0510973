"""What all set-up screens share: where a row is used, who changed it, what it means in each dialect, and one way in."""
