"""What hooks and a rollback ask of CodeDeploy and moto does not know."""

from typing import Any

from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult


def _put_status(self: Any) -> ActionResult:
    """Keep a hook's verdict as the deployment's status, where `get_deployment` shows it."""
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    deployment.status = self._get_param("status")
    return ActionResult({"lifecycleEventHookExecutionId": self._get_param("lifecycleEventHookExecutionId")})


def _stop(self: Any) -> ActionResult:
    deployment = self.codedeploy_backend.get_deployment(self._get_param("deploymentId"))
    deployment.status = "Stopped"
    return ActionResult({"status": "Succeeded"})


def install() -> None:
    """Add the calls."""
    response: Any = CodeDeployResponse
    response.put_lifecycle_event_hook_execution_status = _put_status
    response.stop_deployment = _stop
