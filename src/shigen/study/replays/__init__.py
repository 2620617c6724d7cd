"""Replays: stops of supply that have been, played again by the model of disruptions, and set beside what happened.

`cases` reads what is played and what came of it, `played` plays it on the facts of its time, `scores` judges bands and
the constant band beside them, `table` puts all in order, misses first, `words` says it in sentences.
"""
