"""The table of layers: one row a layer, one file per folder of Keras's layers. Each file has its rows in `ROWS`."""
