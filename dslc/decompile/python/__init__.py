"""The way back from a file of Python: code of Keras that is read and never run becomes a `.kdl` text, structure kept.

    text --module--> File --text--> .kdl

`pieces` makes one tree of a file, or the cells of a notebook, and the other files of its project; `module` takes that apart (and `methods` the classes that are no layers) and says what its names stand for (`paths`), once its tree is one that can be read: without functions in functions (`nested`),
with names that the language takes (`renamed`), without what is known beforehand (`folded`, with `own_inputs` and `one_type`), with `lists` that are given back. `roles` says what each function is: a block, a layer, a model, values (by its `tensors`);
`wanted` which statements a model needs, `data` which of them only data knows, `measured` sizes that come from another model, `given` what callers
say, `wrappers` what one says that stands for another, `bases` what is asked of models of `keras.applications`; `expressions` and `statements` write them, `chains` joins what is written; `functions`,
`classes` and `models` make the items, `text` puts them together. What cannot be said in the language is a `Refused` with its line, and no text.
"""
