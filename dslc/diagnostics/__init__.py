"""Everything said to the user: diagnostics as data, the catalogue of messages, the forms they are shown in."""
