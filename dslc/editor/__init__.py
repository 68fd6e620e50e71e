"""What an editor asks about a document, answered without a protocol: pure functions of an analysis and a place in it."""
