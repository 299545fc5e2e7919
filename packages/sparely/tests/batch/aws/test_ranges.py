"""An object in ranges: what one invocation gives, whatever is cut where."""

import gzip
import json
import random
from typing import Any

import pytest

from sparely.batch.aws import app, merging, ranges, store
from sparely.batch.aws.merging import Piece, pieces_of
from sparely.batch.aws.scoring import score_blocks
from sparely.batch.aws.store import NotScored
from sparely.bundle import Bundle, read_bundles
from support.objects import BUCKET, MODEL, Bucket, Invocation, rows_of, table
from support.services import MODELS

KEY = f"in/{MODEL}/rows.csv"
TABLES = (f"out/{MODEL}/rows.scored.csv", f"out/{MODEL}/rows.errors.csv")
BAD = {5: "x", 77: "1,2", 150: '7,"one\ntwo",3', 300: '8,"not closed'}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and ranges so small that a table of a test has many; the mock takes parts as small."""
    monkeypatch.setattr("sparely.batch.source.BLOCK_BYTES", 2_000)
    monkeypatch.setattr(store, "CHUNK_BYTES", 5_000)
    monkeypatch.setattr(ranges, "LEAST_BYTES", 3_000)


def step(name: str, **event: Any) -> dict[str, Any]:
    """One of the map's."""
    return dict(app.lambda_handler({"step": name, **event}, Invocation()))


def mapped(key: str = KEY, skip: int = 0, **call: Any) -> dict[str, Any]:
    """All steps in turn; one range may be left out."""
    split = step("split", call={"key": key, "range_bytes": 2_000, **call})
    listed = json.loads(client().get_object(Bucket=split["bucket"], Key=split["list"])["Body"].read())
    for each in listed:
        if each["number"] != skip:
            step("range", call=split["call"], range=each)
    return step("merge", call=split["call"], began=split["began"])


def client() -> Any:
    """The function's own."""
    return app._client("s3")


def test_ranges_give_what_one_invocation_gives(bucket: Bucket, bundle: Bundle) -> None:
    """Byte for byte in both tables, records with line breaks and quotes that nothing closes among them."""
    bucket.put(KEY, table(bundle, 400, BAD))
    app.lambda_handler({"key": KEY}, Invocation())
    expected = [bucket.get(each) for each in TABLES]
    for each in bucket.names():
        bucket.client.delete_object(Bucket=BUCKET, Key=each)

    done = mapped()

    assert [bucket.get(each) for each in TABLES] == expected
    assert (done["rows"], done["refused"]) == (396, 4)
    assert len(bucket.manifest()["ranges"]) > 3
    assert len(bucket.names()) == 3  # no part is left


def test_a_second_map_of_the_same_leaves_no_parts(bucket: Bucket, bundle: Bundle) -> None:
    """A bucket may tell of an object twice: what is scored once more when the first has ended is taken away."""
    bucket.put(KEY, table(bundle, 400, BAD))
    split = step("split", call={"key": KEY, "range_bytes": 2_000})
    listed = json.loads(bucket.get(split["list"]))
    first = mapped()
    for each in listed[:2]:
        step("range", call=split["call"], range=each)

    second = step("merge", call=split["call"], began=split["began"])

    assert second == first
    assert sorted(bucket.names()) == sorted([*TABLES, f"out/{MODEL}/rows.manifest.json"])


def test_lines_are_counted_through_all_ranges(bucket: Bucket, bundle: Bundle) -> None:
    """A range knows where it begins."""
    bucket.put(KEY, table(bundle, 400, BAD))

    mapped()

    assert [row["line"] for row in rows_of(bucket.get(TABLES[1]))] == ["5", "77", "150", "301"]


def test_a_range_that_failed_is_named_and_scored_alone_the_next_time(
    bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the others gave is kept."""
    bucket.put(KEY, table(bundle, 400))
    with pytest.raises(NotScored, match=r"^1 of \d+ ranges of .* have no answers \(2\): start the map again, and only"):
        mapped(skip=2)
    scored: list[Any] = []

    def watched(*given: Any, **options: Any) -> Any:
        scored.append(options["first"])
        return score_blocks(*given, **options)

    monkeypatch.setattr("sparely.batch.aws.ranges.score_blocks", watched)

    done = mapped()

    assert len(scored) == 1
    assert done["rows"] == 400


def test_a_map_that_runs_twice_does_nothing_twice(bucket: Bucket, bundle: Bundle) -> None:
    """It finds what was done."""
    bucket.put(KEY, table(bundle, 200))
    first = mapped()

    again = mapped()

    assert {**again, "ranges": 0} == {**first, "ranges": 0}


def test_json_lines_are_parted_too(bucket: Bucket, bundle: Bundle) -> None:
    """Wherever a line ends."""
    lines = [json.dumps({"id": number, **bundle.instances[number % 3]}) for number in range(200)]
    bucket.put(f"in/{MODEL}/rows.jsonl", "\n".join(lines).encode())

    mapped(f"in/{MODEL}/rows.jsonl", keep=["id"])

    answers = bucket.get(f"out/{MODEL}/rows.scored.jsonl").splitlines()
    assert [json.loads(each)["id"] for each in answers] == [*range(200)]


def test_an_object_that_changes_meanwhile_ends_the_map(bucket: Bucket, bundle: Bundle) -> None:
    """Its ranges would be of two tables."""
    bucket.put(KEY, table(bundle, 200))
    split = step("split", call={"key": KEY, "range_bytes": 2_000})
    bucket.put(KEY, table(bundle, 300))

    with pytest.raises(NotScored, match="has changed since the map began with it: start the map again"):
        step("range", call=split["call"], range={"number": 1, "start": 0, "end": 3_000, "line": 1})


def test_what_is_compressed_cannot_be_parted(bucket: Bucket, bundle: Bundle) -> None:
    """Whatever its name."""
    bucket.put(KEY, gzip.compress(table(bundle, 2)))
    bucket.put(f"{KEY}.gz", gzip.compress(table(bundle, 2)))

    for key in (KEY, f"{KEY}.gz"):
        with pytest.raises(NotScored, match="cannot be parted"):
            step("split", call={"key": key})


@pytest.mark.parametrize("seed", range(30))
def test_parts_of_an_upload_are_large_enough(seed: int) -> None:
    """But the last; all bytes are there once, in order, and only small ones go through memory."""
    draw = random.Random(seed)
    sizes = [draw.choice([1, 3, 9, 10, 11, 25, 60]) for _ in range(draw.randint(0, 12))]
    head = draw.choice([0, 4, 30])

    made = pieces_of([Piece(str(number), 0, size) for number, size in enumerate(sizes)], head, least=10)

    flat = [(each.key, place) for part in made for each in part for place in range(each.start, each.end)]
    assert flat == [(str(number), place) for number, size in enumerate(sizes) for place in range(size)]
    whole = [sum(each.size for each in part) + (head if not at else 0) for at, part in enumerate(made)]
    assert all(size >= 10 for size in whole[:-1])
    assert all(sum(each.size for each in part) < 20 + 60 for part in made if len(part) > 1)


def test_ranges_of_large_answers_are_copied_where_they_lie(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 puts them together; what is too small for a part of its own goes through memory."""
    monkeypatch.setattr(merging, "LEAST_PART_BYTES", 5 << 20)
    contents = [b"a" * (6 << 20), b"b" * 100, b"c" * (11 << 20), b"d"]
    for number, content in enumerate(contents):
        bucket.put(f"out/{number}", content)
    parts = pieces_of([Piece(f"out/{number}", 0, len(each)) for number, each in enumerate(contents)], 4)

    size = merging.put_together(store.Store(client(), BUCKET), "out/all", b"head", parts)

    assert bucket.get("out/all") == b"head" + b"".join(contents)
    assert size == 4 + sum(map(len, contents))


def test_what_no_range_has_is_told_of_the_whole(bucket: Bucket) -> None:
    """What one of them has is not."""
    (risk,) = (each for each in read_bundles(MODELS) if each.path == "clinic/high-risk")
    (feature,) = (each.name for each in risk.manifest.features if not each.required)
    rows = [{name: value for name, value in risk.instances[0].items() if name != feature}] * 200
    key = "in/clinic/high-risk/rows.jsonl"
    bucket.put(key, "".join(f"{json.dumps(row)}\n" for row in rows).encode())
    sentence = f'No row has "{feature}", so every row was answered with null for it; --metadata'

    assert mapped(key)["lacking"] == f'{sentence} \'{{"lacking": "{feature}"}}\' allows that.'
    bucket.put(key, "".join(f"{json.dumps(row)}\n" for row in [*rows, {**rows[0], feature: None}]).encode())
    done = mapped(key)
    assert "lacking" not in done
    manifest = json.loads(bucket.get("out/clinic/high-risk/rows.jsonl.manifest.json"))
    assert len(manifest["ranges"]) > 3
