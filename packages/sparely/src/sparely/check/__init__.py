"""
The checks that CodeDeploy runs before a new version gets traffic and after it has all of it.

event -> settings, golden -> check (events, target, comparison, latency) -> verdict -> report
"""
