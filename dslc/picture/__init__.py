"""Pictures of models: boxes for blocks and layers, arrows for what flows between them, with its shape."""
