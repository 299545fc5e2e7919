"""The three architectures under the same load on this machine, and what each of them costs."""
