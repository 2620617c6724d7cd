"""Documents of a study that are edited in Office: decks and workbooks."""
