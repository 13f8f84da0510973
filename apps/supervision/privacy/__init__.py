"""Pages of personal data: what rules would remove, and answering a person's request."""
