"""How fast we are, as ratios against a reference measured in the same run: machines differ and drift, ratios hold."""
