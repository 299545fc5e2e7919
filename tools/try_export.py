"""
`python tools/try_export.py`, where sparely-export is installed: a model is exported, and asked by the engine.

For systems on which nothing else of this repository runs; platforms.yml calls it.
"""

import tempfile
from pathlib import Path

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from sparely.archive import read_archive
from sparely.bundle import read_bundle
from sparely.engine import Session
from sparely.handler.tensors import packing, to_tensors
from sparely_export import export

ROWS = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0] * 25, "visits": [1.0, None, 3.0, 4.0, 5.0] * 20})
TARGET = pd.Series(["yes" if age > 35 else "no" for age in ROWS["age"]])


def main() -> None:
    """Export and ask; ends with a traceback where one of the two does not work here."""
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(ROWS, TARGET)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "churn.zip"
        report = export(model, ROWS, str(file), area="shop", name="churn", target=TARGET, progress=False)
        print(report)
        place = Path(folder) / "shop" / "churn"
        place.mkdir(parents=True)
        for name, content in read_archive(file).items():
            (place / name).write_bytes(content)
        bundle = read_bundle(place)
        with_engine = Session((place / "model.onnx").read_bytes())
        names = [feature.name for feature in bundle.manifest.prepared]
        rows = [[row[name] for name in names] for row in bundle.instances]
        outputs = with_engine.run(to_tensors(rows, packing(bundle.manifest, names)))
    print(f"The engine that ships answers {len(bundle.instances)} rows with {len(outputs)} outputs.")


if __name__ == "__main__":
    main()
