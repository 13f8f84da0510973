"""Tables to take away: typed columns, windows of rows, four kinds of file. What an export says, its screen decides."""
