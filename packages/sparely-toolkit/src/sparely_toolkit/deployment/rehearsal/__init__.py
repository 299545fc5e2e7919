"""
A rollout played on this machine, with the local server in the place of Lambda, API Gateway and CodeDeploy.

The steps, the alarms and the settings of the checks are those of template.yaml, the checks are sparely.check's; only
the clock is faster.
"""
