"""Asks Keras whether the checker told the truth: the only room whose code imports TensorFlow.

    checked + built --job--> plain data --(subprocesses: worker)--> events --outcome--> diagnostics and a report

`job.py`, `sizes.py`, `backends.py`, `process.py` and `outcome.py` belong to the process of the user and stay light. In a
subprocess `worker.py` takes one file after another, `load.py` imports its modules, `examine.py` has each model built
(`running.py`), watched (`calls.py`), fed (`data.py`) and compared (`compare.py`). `blame.py` says who is wrong, with what
`alone.py` makes of a single layer.
"""
