"""CxEngage's field names and formats, out and in; the only place where its vocabulary appears."""
