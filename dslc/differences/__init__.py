"""What changed between two models: layers that are new, gone, made with other arguments, or fed by others.

    two graphs --compared--> Difference --told--> text, JSON; --pictured--> a drawing

`aligned` finds which steps of both are the same, in time that grows with their lengths and with how much differs; `values` says arguments
as text. `tools/diff.py` reads what is compared: texts, saved models, files of Python.
"""
