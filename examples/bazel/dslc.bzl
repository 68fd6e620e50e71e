"""The rule `keras_module`: NAME.py out of a .kdl file, with all that it uses."""

def _keras_module(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".py")
    ctx.actions.run_shell(
        command = 'dslc build "$1" -o "$2" --style "$3" -q',
        arguments = [ctx.file.src.path, output.path, ctx.attr.style],
        inputs = [ctx.file.src] + ctx.files.uses,
        outputs = [output],
        mnemonic = "Dslc",
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([output]))]

keras_module = rule(
    implementation = _keras_module,
    attrs = {
        "src": attr.label(mandatory = True, allow_single_file = [".kdl"]),
        "uses": attr.label_list(allow_files = [".kdl"]),
        "style": attr.string(default = "functional", values = ["functional", "sequential", "subclass"]),
    },
)
