"""A user's own figures: the workbook that takes them, how it is read, and how they lie over the public ones."""
