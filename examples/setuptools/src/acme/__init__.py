"""A package whose models are written in .kdl."""
