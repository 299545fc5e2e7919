"""A file that joblib compressed by LZ4: what made it, and one that is cut short."""

import base64
import subprocess
import sys
from pathlib import Path

from sparely_toolkit.models.pickle_origin import Origin, origin_of

LINE = base64.b64decode(
    "BCJNGEBAwKECAABhgASVWAEAAQDxFF2UKIwac2tsZWFybi5saW5lYXJfbW9kZWwuX2Jhc2WUjBBMFQDwHVJlZ3Jlc3Npb26Uk5QpgZR9lCiMDWZp"
    "dF9pbnRlcmNlcHSUiIwGY29weV9YCgDwOW5fam9ic5ROjAhwb3NpdGl2ZZSJjA5uX2ZlYXR1cmVzX2luX5RLAYwFY29lZl+UjBNqb2JsaWIubnVt"
    "cHlfcGlja2xllIwRTg8AxkFycmF5V3JhcHBlcn4AwQhzdWJjbGFzc5SMBTYAYJSMB25kYSwA9BaUk5SMBXNoYXBllEsBhZSMBW9yZGVylIwBQ5SM"
    "BWR0eXBllGgSCgDxDZOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////8FAPIGSwB0lGKMCmFsbG93X21tYXCUiIwbqAABbgD3CF9hbGlnbm1lbnRf"
    "Ynl0ZXOUSxB1Ygz/AQAR/gYAQu8/lTl1AXEAjAVyYW5rAQHSCXNpbmd1bGFyX5RoDtsAYGgRaBRoFboA0GgXaBhoGWgeaCGIaCJXABEFSgCkzTt/"
    "Zp6g5j+Vg1AAFQqHAUFflIwWnQDCLl9jb3JlLm11bHRpFgFwjAZzY2FsYUQBQmgeQwg7AKOgPJSGlFKUjBBfBgJBX3ZlcugBqowFMS41LjKUdWKZ"
    "AD9NiBOaAAAmC/8BAB8AAQD/////////////////////////////////////////////////////////////////////////////////////////"
    "////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
    "///////FUAAAAGUuAAAAAA=="
)
"""A fitted LinearRegression of scikit-learn 1.5.2 and 5,000 zeros: joblib.dump([...], compress=("lz4", 3))."""


def test_file_of_joblib_tells_what_made_it(tmp_path: Path) -> None:
    """And that opening it takes the library."""
    (tmp_path / "line.joblib").write_bytes(LINE)

    assert origin_of(tmp_path / "line.joblib") == Origin({"scikit-learn": "1.5.2"}, helpers=("lz4",))


def test_file_that_is_cut_short_is_said_to_be_unread(tmp_path: Path) -> None:
    """In a few words; what was read until then may say enough."""
    (tmp_path / "line.joblib").write_bytes(LINE[:300])

    assert origin_of(tmp_path / "line.joblib").unread


def test_library_is_loaded_where_such_a_file_is_read_and_nowhere_else() -> None:
    """Every other model, and `make train`, would pay for it."""
    code = "import sys, sparely_toolkit.models.adding; print('lz4' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
