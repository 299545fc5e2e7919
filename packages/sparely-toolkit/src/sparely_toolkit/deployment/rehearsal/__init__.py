"""
A rollout played on this machine, with the local server in the place of Lambda, API Gateway and CodeDeploy.

The check before traffic, the steps, the alarms and the check after traffic are those of template.yaml and
hooks/; only the clock is faster.
"""
