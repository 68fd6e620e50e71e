"""From the plan to Python: one printer for all styles, no text built anywhere else."""
