"""The room between the graph and Python: see `plan.py` for what it makes and `lower.py` for how."""
