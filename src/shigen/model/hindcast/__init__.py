"""Checked against what came later: how often intervals hold it, beside a guessed ± 10 %."""
