"""`dslc` compiles `.kdl` model descriptions to Keras Python."""

__version__ = "0.1.0"
