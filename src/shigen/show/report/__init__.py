"""The folder of a study: reports in both languages, tables, pictures, and the file that reproduces it."""
