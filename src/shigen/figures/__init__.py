"""Where numbers come from: the embedded facts, their schemas, and the rows that answer a question."""
