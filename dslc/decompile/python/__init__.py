"""The way back from a file of Python: code of Keras that is read and never run becomes a `.kdl` text, structure kept.

    text --module--> File --text--> .kdl

`module` takes the file apart (and `methods` the classes that are no layers) and says what its names stand for (`paths`), `roles` what each function is: a block, a layer, a model, values (by its `tensors`);
`wanted` which statements a model needs, `data` which of them only data knows, `measured` sizes that come from another model, `given` what callers
say, `bases` what is asked of models of `keras.applications`; `expressions` and `statements` write them, `chains` joins what is written; `functions`,
`classes` and `models` make the items, `text` puts them together. What cannot be said in the language is a `Refused` with its line, and no text.
"""
