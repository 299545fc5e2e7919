"""
The checks that CodeDeploy runs before a new version gets traffic and after it has all of it.

event -> settings, bundle -> verdict (dialects, inference, events, target, agreement, latency) -> report
"""
