"""How a routed request travels to the container through InvokeEndpoint, and how it is read there."""
