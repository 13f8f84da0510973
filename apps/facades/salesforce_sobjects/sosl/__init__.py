"""Search (sobjects 9).

A text or parameters become a `statement`, its words a tree of `nodes` (`terms`); `run` asks the index of words and
reads what was found through the query language.
"""
