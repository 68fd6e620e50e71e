"""The shape rules of the tensor functions, one module per kind of function; each is loaded when first needed."""
