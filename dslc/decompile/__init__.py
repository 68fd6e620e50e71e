"""The way back: a model that Keras saved becomes a `.kdl` text.

    JSON --config--> Saved --write--> text

`config` reads the forms that Keras 3 and Keras 2 write into one; `arguments` says a configuration's values as arguments, without those
that are Keras's defaults, `functions` the calls of `keras.ops`, `calls` what layers are given, `externs` layers that are not Keras's; `names` calls what flows;
`backbones` finds the models of `keras.applications` in it, of which `guesses` thinks and which `likeness` compares;
`repeats` rolls up what stands several times; `write` puts it together. What cannot be said in the language is a `Refused`, and no text.

`python/` is the way back from a file of Python, which is read and never run.

Nothing here imports Keras or reads a file: `tools/saved_models.py` finds the JSON, `tools/decompile.py` the Python.
"""
