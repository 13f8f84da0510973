"""Reports: the statistics' tables, and the rows behind each number."""
