"""Everything that reads, writes or prints: the command line and its commands, one file each.

A command is a module with `configure(parser)` and `run(arguments) -> int` (the exit code), and one line in the table
of `cli.py`. `build` stands on `modules` (text to code), `cache`, `outputs` (code to files), `journal` and `locks` (all or
none), `manifest`, `depfile` and `watch`.
"""
