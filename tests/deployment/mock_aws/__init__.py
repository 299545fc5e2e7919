"""
A moto server that takes `sam deploy` as AWS does.

moto's CloudFormation knows no SAM transform and skips many resource types; here both are added, and functions
run as processes of their own. It shifts no traffic: an alias gets its new version at once, and whoever plays
CodeDeploy invokes the hooks.
"""
