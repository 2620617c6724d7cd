"""Thin skins: charts, reports, command line. No computing here."""
