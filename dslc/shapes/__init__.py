"""Sizes and shapes: integers, and integer expressions over sizes that have only a name yet."""
