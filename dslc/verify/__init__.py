"""Asks Keras whether the checker told the truth: the only room whose code imports TensorFlow.

    checked + built --job--> plain data --(one subprocess: worker)--> events --outcome--> diagnostics and a report

`job.py`, `process.py` and `outcome.py` belong to the process of the user and stay light; `worker.py`, `examine.py`,
`calls.py` and `data.py` run in the subprocess.
"""
