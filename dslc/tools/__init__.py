"""Everything that reads, writes or prints: the command line and its commands, one file each.

A command is a module with `configure(parser)` and `run(arguments) -> int` (the exit code), and one line in the table
of `cli.py`. Watching, caches and the files that build systems want belong here too, beside `build.py`.
"""
