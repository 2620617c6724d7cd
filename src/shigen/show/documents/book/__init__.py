"""The workbook of a study, to work in: inputs, and every step from them to the printed figures as live formulas."""
