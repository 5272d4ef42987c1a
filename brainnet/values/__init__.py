"""What a value may be: declared parameters, and the checks wherever a value enters."""
