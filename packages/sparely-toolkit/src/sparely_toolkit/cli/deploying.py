"""`sparely rehearse`, `deploy`, `smoke`, `rollback` and `doctor`: the way to AWS, and back."""
