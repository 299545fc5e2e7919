"""The command `sparely`: one module a kind of work, each command a function that hands on to what does it."""
