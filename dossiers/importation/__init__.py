"""Import of households from a file: reading, columns, values, analysis, writing."""
