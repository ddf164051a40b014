"""The commands, in groups that are imported only when one of theirs is used. `index.py` lists them all."""
