"""The back-test: what every indicator and method said before exports were restricted, beside simple rivals."""
