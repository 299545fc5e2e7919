"""The lean Lambda package: what ships, how it is put together, what it weighs."""
