"""The language server: a thin adapter between the protocol of editors and `dslc/editor/`."""
