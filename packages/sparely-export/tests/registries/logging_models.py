"""What a training script logs and registers in MLflow: a model of each flavour that is exported, and one that is not."""

import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper

ROWS = pd.DataFrame({"age": [20.0, 35, 50, 65] * 15, "visits": [1, 2, 3, 4, 5, 6] * 10})
LEFT = np.where(ROWS["age"] + 5 * ROWS["visits"] > 60, "yes", "no")
NUMBERED = (LEFT == "yes").astype(int)
SPENT = ROWS["age"] * 2 + ROWS["visits"]
SETTINGS = {
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}


def log(flavours: Callable[[Any], dict[str, Callable[..., Any]]]) -> dict[str, str]:
    """
    Log and register a model of each flavour where MLFLOW_TRACKING_URI says, with the metric auc 0.9, and one that is none.

    Returns:
        By flavour the run's id.
    """
    os.environ.update(SETTINGS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow
        from mlflow.models import infer_signature

        runs = {}
        for flavour, save in flavours(mlflow).items():
            with mlflow.start_run() as run:
                mlflow.log_metrics({"auc": 0.9, "broken": float("nan")})
                signature = infer_signature(ROWS)
                save(
                    name="model", signature=signature, registered_model_name=flavour, pip_requirements=["numpy==2.3.1"]
                )
                runs[flavour] = run.info.run_id
        return runs


def sklearn_alone(mlflow: Any) -> dict[str, Callable[..., Any]]:
    """A classifier of words."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(ROWS, LEFT)

    def save(**more: Any) -> None:
        with suppress(TypeError):
            mlflow.sklearn.log_model(model, serialization_format="cloudpickle", **more)
            return
        mlflow.sklearn.log_model(model, more.pop("name"), serialization_format="cloudpickle", **more)

    return {"churn": save}


def all_flavours(mlflow: Any) -> dict[str, Callable[..., Any]]:
    """One model of each."""
    import catboost
    import lightgbm
    import xgboost

    boosted = xgboost.XGBClassifier(n_estimators=4, max_depth=2).fit(ROWS, NUMBERED)
    trees = {"objective": "regression", "num_leaves": 4, "min_data_in_leaf": 2, "verbose": -1}
    light = lightgbm.train(trees, lightgbm.Dataset(ROWS.to_numpy(), SPENT.to_numpy()), 4)
    cat = catboost.CatBoostRegressor(iterations=4, depth=2, verbose=False, allow_writing_files=False).fit(ROWS, SPENT)

    return {
        **sklearn_alone(mlflow),
        "xgboost": lambda **more: mlflow.xgboost.log_model(boosted, **more),
        "lightgbm": lambda **more: mlflow.lightgbm.log_model(light, **more),
        "catboost": lambda **more: mlflow.catboost.log_model(cat, **more),
        "onnx": lambda **more: mlflow.onnx.log_model(_linear(), save_as_external_data=False, **more),
        "own": lambda **more: mlflow.pyfunc.log_model(loader_module="json", **more),
    }


def _linear() -> onnx.ModelProto:
    """Answers what `SPENT` is."""
    weights = numpy_helper.from_array(np.array([[2.0], [1.0]], dtype=np.float32), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["features", "weights"], ["value"])],
        "linear",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("value", TensorProto.FLOAT, [None, 1])],
        [weights],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def rows_file(folder: Path) -> Path:
    """The rows with what each model predicts, as a file."""
    file = folder / "rows.csv"
    ROWS.assign(left=LEFT, numbered=NUMBERED, spent=SPENT).to_csv(file, index=False)
    return file
