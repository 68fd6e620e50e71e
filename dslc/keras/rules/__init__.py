"""What arguments and shapes do: pure functions, one file per folder of Keras's layers."""
