"""From the program to Python: one file a style, one printer for all, no text built anywhere else."""
