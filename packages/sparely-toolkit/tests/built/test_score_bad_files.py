"""`sparely score` of files that are bad or large: each has its sentence, and nothing is lost."""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sparely.batch import source
from sparely.bundle import Bundle
from sparely_toolkit.project import Project
from sparely_toolkit.score.asked import Options
from sparely_toolkit.score.places import WrongCall
from sparely_toolkit.score.process import Target
from sparely_toolkit.score.run import NoRoom, Unfinished, run
from tests.built.scoring import MODEL, of_form, table

MOST_OWN_MB = 60
"""How much lies in memory of libraries' files, which all processes share, is the system's to say."""
WATCHED = """\
import resource, sys
from pathlib import Path
from sparely_toolkit.local.template import read_built
from sparely_toolkit.project import Project
from sparely_toolkit.score.asked import Options, target_of
from sparely_toolkit.score.run import run
from sparely_toolkit.score.places import WrongCall
from sparely_toolkit.score.process import Worker

peaks = []
close = Worker.close


def own_mb(pid):
    status = dict(line.split(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return (int(status["VmHWM"].split()[0]) - int(status["RssFile"].split()[0])) / 1024


def watched(self):
    peaks.append(own_mb(self._process.pid))
    close(self)


Worker.close = watched
project = Project(Path(sys.argv[1]))
summary = run(target_of(project, read_built(project).function, sys.argv[2]), Options(Path(sys.argv[3]), jobs=2))
print(summary.rows, summary.refused, max([*peaks, own_mb("self")]))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 120 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    options = ["-t", "tmpfs", "-o", "size=120k", "tmpfs", f"{folder}"]
    if not mounted or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", f"{folder}"], check=True)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_full_disk_loses_nothing(
    suffix: str, small_disk: Path, target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command goes on when there is room, also where the table is put together last."""
    file = of_form(rows(8_000), suffix)
    monkeypatch.setattr("sparely_toolkit.score.row_groups.ROWS", 500)
    monkeypatch.setattr(source, "BLOCK_BYTES", 20_000)
    output = small_disk / f"answers{suffix}"

    with pytest.raises(NoRoom, match="There is no room left for"):
        run(target, Options(file, output=output))
    assert not output.exists()
    subprocess.run(["mount", "-o", "remount,size=40m", f"{small_disk}"], check=True)
    summary = run(target, Options(file, output=output))

    assert (summary.rows, summary.refused) == (8_000, 0)
    assert summary.resumed > 0
    assert ids(output) == [*range(8_000)]


def ids(file: Path) -> list[int]:
    """Which rows have answers, in order."""
    if file.suffix == ".parquet":
        numbers: list[int] = pytest.importorskip("pyarrow.parquet").read_table(file).column("id").to_pylist()
        return numbers
    if file.suffix == ".jsonl":
        return [json.loads(line)["id"] for line in file.read_text("utf-8").splitlines()]
    return [int(row["id"]) for row in table(file)]


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [("utf-16", "it is UTF-16"), ("utf-32", "it is UTF-32"), ("utf-16-le", "it is no text")],
)
def test_another_encoding_is_told(encoding: str, sentence: str, target: Target, rows: Callable[..., Path]) -> None:
    """Where a mark says which, by its name."""
    file = rows(3)
    file.write_text(file.read_text("utf-8"), encoding)

    with pytest.raises(WrongCall, match=sentence):
        run(target, Options(file))


def test_a_gzip_of_several_members_is_one_table(target: Target, rows: Callable[..., Path]) -> None:
    """As tools write it that compress side by side."""
    file = rows(30, name="rows.csv.gz")
    content = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(content[:500]) + gzip.compress(content[500:]) + b"\0" * 512)

    assert run(target, Options(file)).rows == 30


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_of_6_mb_costs_itself_alone(quote: str, target: Target, rows: Callable[..., Path]) -> None:
    """The lines around it are answered."""
    file = rows(3_000, {1_500: f"{quote}{'x' * 6_100_000}{quote},1,1,1,1,1,1,1"})

    summary = run(target, Options(file))

    assert (summary.rows, summary.refused) == (2_999, 1)
    (fault,) = table(summary.faults)
    assert (fault["line"], fault["detail"]) == (
        "1500",
        "The row is longer than 6,000,000 bytes, or a quote in it is not closed.",
    )


def test_a_gzip_that_ends_in_the_middle_is_told_with_its_line(target: Target, rows: Callable[..., Path]) -> None:
    """What lies before it is kept for the run over the whole file."""
    file = rows(200, name="rows.csv.gz")
    file.write_bytes(file.read_bytes()[:-10])

    with pytest.raises(
        Unfinished, match=r"rows\.csv\.gz: the compressed file is damaged or ends in the middle, in line"
    ):
        run(target, Options(file))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "the file is empty"), ("\n\n", "its first line is empty"), ("id\n1\n", "its first line lacks")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_without_rows_to_ask_about_is_told(
    content: str, sentence: str, packed: bool, target: Target, tmp_path: Path
) -> None:
    """Compressed or not."""
    file = tmp_path / ("rows.csv.gz" if packed else "rows.csv")
    file.write_bytes(gzip.compress(content.encode()) if packed else content.encode())

    with pytest.raises(WrongCall, match=sentence):
        run(target, Options(file))


def test_columns_may_stand_in_any_order(target: Target, rows: Callable[..., Path]) -> None:
    """Each row has the answer that it has in the other order."""
    file = rows(300)
    turned = file.with_name("turned.csv")
    turned.write_text("".join(f"{','.join(reversed(line.split(',')))}\n" for line in file.read_text().splitlines()))

    one, other = (table(run(target, Options(each, keep=("id",))).output) for each in (file, turned))

    assert one == other


@pytest.mark.parametrize("seed", range(3))
def test_without_pyarrow_the_bytes_are_the_same(
    seed: int, target: Target, rows: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of both tables, whatever is in the file."""
    pytest.importorskip("pyarrow")
    draw = random.Random(seed)
    bad = ["", "x", "1,2", "é,,,,,,,", "9,1,1,1,1,1,1,", '"a""b",1,1,1,1,1,1,1', "9, 1,+1,1_0,nan,1,1,1"]
    file = rows(4_000, {draw.randint(2, 4_000): draw.choice(bad) for _ in range(9)})
    fast = run(target, Options(file))
    tables = (fast.output.read_bytes(), fast.faults.read_bytes())

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    slow = run(target, Options(file, force=True))

    assert (slow.output.read_bytes(), slow.faults.read_bytes()) == tables
    assert slow.refused > 1


@pytest.mark.parametrize("is_columnar", [True, False])
def test_a_process_takes_less_than_60_mb_of_its_own(
    is_columnar: bool, project: Project, rows: Callable[..., Path], tmp_path: Path
) -> None:
    """By columns or by rows, in the process that reads and in those that score."""
    if not Path("/proc/self/status").is_file():
        pytest.skip("only Linux tells how much")
    file = rows(60_000, {7: "bad"} if is_columnar else {})
    hidden = "" if is_columnar else "import sparely_toolkit.score.workers as w\nw._linked = lambda folder: None\n"
    call = [sys.executable, "-c", f"{hidden}{WATCHED}", f"{project.root}", MODEL, f"{file}"]

    done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=tmp_path)

    answered, refused, own_mb = done.stdout.split()
    assert int(answered) + int(refused) == 60_000
    assert float(own_mb) < MOST_OWN_MB


@pytest.mark.soak  # test_any_block_has_the_bytes_that_it_has_by_rows has the sample
def test_ten_million_rows(project: Project, bundle: Bundle, tmp_path: Path) -> None:
    """Seven bad ones among them are told with their lines, in little memory."""
    file = tmp_path / "rows.csv"
    names = [*bundle.instances[0]]
    lines = [",".join(f"{each.get(name)}" for name in names) for each in bundle.instances]
    bad = dict.fromkeys((2, 777, 1_000_001, 3_333_333, 5_000_000, 8_765_432, 10_000_001), "no")
    with file.open("w", encoding="utf-8") as text:
        text.write(",".join(["id", *names]) + "\n")
        for start in range(0, 10_000_000, 100_000):
            part = (
                f"{number},{bad.get(number + 2) or lines[number % len(lines)]}"
                for number in range(start, start + 100_000)
            )
            text.write("\n".join(part) + "\n")

    call = [sys.executable, "-c", WATCHED, f"{project.root}", MODEL, f"{file}"]
    done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=tmp_path)

    answered, refused, own_mb = done.stdout.split()
    assert (answered, refused) == ("9999993", "7")
    assert float(own_mb) < MOST_OWN_MB
    assert [int(row["line"]) for row in table(tmp_path / "rows.errors.csv")] == sorted(bad)
