"""What editors are given: colours, indentation, the way to the language server. `generate.py` keeps the words of the language in all of it."""
