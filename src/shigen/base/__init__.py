"""What everybody stands on: texts, errors, declarations, names. No figures and no formulas."""
