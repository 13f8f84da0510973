"""Configuration entities (cxengage 2.1, 11.3): our set-up rows in the dialect's words, with what it adds to them."""
