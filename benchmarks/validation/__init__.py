"""How good the plan's simulation is."""
