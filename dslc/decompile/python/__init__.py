"""The way back from a file of Python: code of Keras that is read and never run becomes a `.kdl` text, structure kept.

    text --pieces--> tree --module--> File --text--> .kdl

The tree is one of a file, or of the cells of a notebook, with what it uses of other files of its project (`pieces`), in a form that can be read: no function in another one (`nested`), names that the
language takes (`renamed`), no chain of a list that is filled for it (`sequences`), nothing that is known beforehand (`folded`, on `own_inputs`, `one_type`, `by_kind`, `called_at_once` and `decided`), lists given back by those who change them (`lists`), arrays of numbers made where they are used (`tables`), objects that hold settings as constants (`settings`), those that NumPy computes as tensors (`of_numpy`, which asks `arrays` what is one), one model where ways have one each
(`model_ways`), the methods of layers (without what no call tells them: `call_settings`; their layers in attributes: `own_names`) in the place of their calls (`inlined`), and those that make models as functions (`methods`).

`module` says what a file has, `paths` what its names stand for, `roles` what each function is: a block, a layer, a model, values, by its parameters (`signatures`) that are tensors (`tensors`) or layers (`layer_parameters`).
`wanted` are the statements that a model needs, `data` those that only data knows, `measured` (in functions `model_shapes`) the sizes that come from another model, `given` what callers say, `wrappers` what one says that stands for
another, `bases` what is asked of models of `keras.applications` (by the names of their layers, which `layers_by_place` finds).

`expressions` (with `old_forms` and `elsewhere`, on `places`) and `statements` (with `called_lists`) write a body, `chains` joins what is written; `functions`, `classes` (on `class_bodies`, `attributes`, `ways_apart`, `list_uses`, `layer_dictionaries` and `layer_lists`) and `models` (with `inputs`) make the
items, `text` puts them together. What cannot be said in the language is a `Refused` with its line; `blamed` brings what `check` says of a text to the lines of Python.
"""
