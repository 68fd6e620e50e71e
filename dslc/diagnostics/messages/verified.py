"""DSL61x: what `dslc verify` found, one message for each who can be wrong."""

from __future__ import annotations

from dslc.diagnostics.messages.catalogue import Says, message


@message("DSL611", "keras-refuses")
def keras_refuses(model: str, style: str, step: str, said: str) -> Says:
    """`dslc verify` ran the generated code, and Keras raised an error that the checker had not foreseen.

    The message shows what Keras said and the line of the `.kdl` file whose code was running. Where the checker passes
    a model, Keras ought to accept it: the cause lies neither in this machine nor in Python of your own, and the layer does
    not fail in Keras by itself, so this is a bug of `dslc`, and a report with the `.kdl` file is welcome.

    Until it is repaired, change the line that is shown: what Keras says applies to it.
    """
    return Says(
        f"Keras refuses `{model}` ({style} style) when {step}:\n{quoted(said)}",
        help="the checker had passed this; please report it to the authors of dslc with this file",
        caption="Keras stops here",
    )


@message("DSL612", "keras-differs")
def keras_differs(model: str, style: str, what: str, expected: str, found: str) -> Says:
    """`dslc verify` built the model in Keras and something is not what the checker computed.

    It compares the shapes of inputs, outputs and layers, the number of parameters, the outputs before saving with those
    after loading, and the outputs of the styles with each other under the same weights. None of them may differ.

    A difference is a bug of `dslc`, in the checker or in the emitted code, and not a mistake in the model. Please report
    it with the `.kdl` file. The numbers of Keras are the ones that hold for the model that you train.
    """
    return Says(
        f"`{model}` ({style} style): {what} is {found} in Keras, and the checker says {expected}",
        help="please report this to the authors of dslc with this file",
    )


@message("DSL613", "machine-cannot")
def machine_cannot(model: str, style: str, step: str, said: str, more: str) -> Says:
    """`dslc verify` could not run a model on this machine, so that nobody knows yet whether it is right.

    Some computations have no implementation for a processor (a convolution with `data_format="channels_first"`, for
    instance), a model may need more memory than there is, or more time than it is given. That is neither a mistake in
    the model nor one of `dslc`; but nothing was verified, and the exit code is 2.

    To have it verified, run `dslc verify` on a machine with what is missing, use smaller sizes (`--set`), or give it more
    time (`--time-limit`).
    """
    because = f"\n{more}" if more else ""
    return Says(
        f"`{model}` ({style} style) cannot be run on this machine, when {step}:\n{quoted(said)}{because}",
        help="neither the model nor dslc need be wrong: verify it on another machine",
        caption="this machine stops here",
    )


@message("DSL614", "only-compiled", "note")
def only_compiled(model: str, style: str, said: str) -> Says:
    """This machine cannot run a model operation by operation, and runs it when it is compiled as a whole.

    TensorFlow has no implementation of some computations for a processor (a convolution with
    `data_format="channels_first"`, for instance), and XLA, which compiles the model for `predict` and `fit`, makes one. So
    everything was verified with the compiled model, and `model(x)` alone would raise the error that is shown.
    """
    return Says(
        f"`{model}` ({style} style) runs on this machine only when it is compiled, as `predict` and `fit` do:\n{quoted(said)}",
        caption="`model(x)` stops here",
    )


@message("DSL615", "keras-contradicts-itself")
def keras_contradicts_itself(model: str, style: str, what: str, shown: str) -> Says:
    """Keras says two things of one layer, so that no checker can be right about it.

    `dslc verify` has built the layer alone in a model of Keras's, without any code of `dslc` around it, and found the same:
    the shape that Keras infers is not the shape of a run, or the layer cannot be run, saved or loaded. That is a
    mistake in Keras; the message says which layer it is and what shows it.

    To get around it, use the layer with other arguments, or another layer; a newer Keras may have it repaired.
    """
    return Says(
        f"`{model}` ({style} style): {what}",
        help=f"Keras contradicts itself, without a line of dslc: {shown}",
        caption="Keras contradicts itself here",
    )


@message("DSL616", "extern-fails")
def extern_fails(model: str, style: str, name: str, what: str, where: str) -> Says:
    """Python that the source names by `extern` raised an error, could not be imported, or does not keep its contract.

    The message shows the error and the file and line of your module at which it came up, or what the contract of the
    `extern` says and what its layer gave. The checker sees nothing of a Python module but that contract.

    To repair it, correct the module, the arguments that the source gives it, or the contract.
    """
    place = f" ({where})" if where else ""
    return Says(
        f"`{model}` ({style} style): {what}",
        help=f"it comes from the extern `{name}`{place}: correct its Python, its arguments or its contract",
        caption=f"`{name}` is at work here",
    )


@message("DSL617", "backend-cannot")
def backend_cannot(model: str, style: str, backend: str, what: str) -> Says:
    """A model holds in TensorFlow, and the backend that was asked for cannot do the same.

    Keras has several backends, and each of them leaves something out: JAX follows no decision on a size that is not known
    yet, neither JAX nor PyTorch has tensors of strings, and PyTorch has no sparse ones. The emitted code is the same for all.

    To run the model there, give unknown sizes a number, and prepare texts outside of the model.
    """
    return Says(
        f"`{model}` ({style} style) cannot be run by {backend}, though it holds in TensorFlow: {what}",
        help=f"this is a limit of {backend}, or of Keras on it: known sizes and numbers for inputs help most",
        caption=f"{backend} stops here",
    )


@message("DSL618", "backend-untold")
def backend_untold(model: str, style: str, backend: str, what: str) -> Says:
    """A model fails in the backend that was asked for, and nothing here tells whether the backend is the cause or dslc.

    `dslc verify --backend` asks TensorFlow what it makes of the same code: what holds there is a limit of the other backend
    (DSL617), what fails there too is a mistake of `dslc`. Without TensorFlow nobody can say.
    """
    return Says(
        f"`{model}` ({style} style) fails in {backend}: {what}",
        help="TensorFlow would tell whether that is a limit of this backend or a mistake of dslc, and is not installed: "
        '`pip install "dslc[verify]"`, and verify again',
        caption=f"{backend} stops here",
    )


def quoted(said: str) -> str:
    """What somebody else said, whole, set off from what we say."""
    return "\n".join(f"    {line}".rstrip() for line in said.splitlines())
