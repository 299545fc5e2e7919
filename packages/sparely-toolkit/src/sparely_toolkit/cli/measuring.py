"""`sparely load` and `sparely plan`: what the built package takes, and what traffic needs and costs."""
