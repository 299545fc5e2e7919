"""`sparely upgrade`, `unpack`, `lock`, `audit` and `docs`: what the service depends on, and its pages."""
