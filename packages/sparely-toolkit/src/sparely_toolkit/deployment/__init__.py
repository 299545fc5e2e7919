"""
From the built package to traffic, on the deployer's side: release id, `sam deploy`, first check, rollback.

What CodeDeploy runs on AWS' side is sparely.check.
"""
