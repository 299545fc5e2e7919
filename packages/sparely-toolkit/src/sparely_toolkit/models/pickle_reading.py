"""
A pickle read without running anything of it: every class and function that it names becomes an inert stand-in.

The standard library's own reader, in Python, does the parsing; what it would call is replaced, opcode by opcode.
joblib writes the bytes of arrays between the opcodes, which is why `pickletools` does not get past the first of them.
"""

import bz2
import gzip
import io
import lzma
import pickle
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar

LZ4 = b"\x04\x22\x4d\x18"
"""With which a frame of LZ4 begins."""
PADDED = "numpy_array_alignment_bytes"
HAS_OBJECTS = 0x1
"""Of a NumPy dtype's flags: its elements are pickled themselves."""
MOST_BYTES = 4 << 30
"""Of a decompressed file; more is no model, or a bomb."""
CHUNK = 1 << 20
DEEPEST = 50


class Unread(Exception):
    """The file cannot be read to its end; what was seen until then may say enough."""


class StandIn:
    """What stands for an object of a class that is not imported: holds what it was made of, and does nothing."""

    __slots__ = ("arguments", "name", "state")

    def __init__(self, name: str, arguments: Any = ()) -> None:
        self.name = name
        self.arguments = arguments
        self.state: Any = None


class Named(StandIn):
    """What stands for a class or function itself."""

    __slots__ = ()


class Reader(pickle._Unpickler):  # in Python: its opcodes can be replaced
    """Reads one pickle; `names` are the classes and functions in it, `made` every object as it gets its state."""

    stack: list[Any]
    append: Callable[[Any], None]
    pop_mark: Callable[[], list[Any]]
    dispatch: ClassVar[dict[int, Any]] = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: IO[bytes], names: set[str], made: Callable[[StandIn], None], depth: int = 0) -> None:
        super().__init__(file, encoding="latin1")
        self.file, self.names, self.made, self.depth = file, names, made, depth

    def find_class(self, module: str, name: str) -> Named:
        self.names.add(f"{module}:{name}")
        return Named(f"{module}:{name}")

    def persistent_load(self, pid: Any) -> StandIn:
        return StandIn("persistent", (pid,))

    def get_extension(self, code: int) -> None:
        self.append(Named(f"copyreg:{code}"))

    def _make(self, made_of: Any, arguments: Any) -> StandIn:
        name = made_of.name if isinstance(made_of, StandIn) else type(made_of).__name__
        return StandIn(name, arguments)

    def _load_reduce(self) -> None:
        arguments = self.stack.pop()
        self.stack[-1] = self._make(self.stack[-1], arguments)

    def _load_newobj_ex(self) -> None:
        self.stack.pop()
        self._load_reduce()

    def _instantiate(self, made_of: Any, arguments: Any) -> None:
        """What the opcodes INST and OBJ of old protocols end in."""
        self.append(self._make(made_of, arguments))

    def _load_build(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if not isinstance(target, StandIn):
            return
        target.state = state
        self.made(target)
        if target.name.endswith(":NumpyArrayWrapper"):
            self.stack[-1] = self._skip_array(state)

    def _skip_array(self, state: Any) -> StandIn:
        """Pass over the bytes that joblib has put behind an array's description."""
        dtype, shape = state["dtype"], state["shape"]
        count = 1
        for size in shape:
            count *= int(size)
        if _has_objects(dtype):
            if self.depth > DEEPEST:
                raise Unread("its arrays hold arrays without an end")
            Reader(self.file, self.names, self.made, self.depth + 1).load()
        else:
            if state.get(PADDED) is not None:
                _skip(self.file, _exactly(self.file, 1)[0])
            _skip(self.file, count * _item_size(dtype))
        return StandIn("array")

    def _load_append(self) -> None:
        value = self.stack.pop()
        if type(self.stack[-1]) is list:
            self.stack[-1].append(value)

    def _load_appends(self) -> None:
        items = self.pop_mark()
        if type(self.stack[-1]) is list:
            self.stack[-1].extend(items)

    def _load_setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._set(key, value)

    def _load_setitems(self) -> None:
        items = self.pop_mark()
        for key, value in zip(items[::2], items[1::2], strict=False):
            self._set(key, value)

    def _load_additems(self) -> None:
        items = self.pop_mark()
        if type(self.stack[-1]) is set:
            self.stack[-1].update(item for item in items if _is_plain(item))

    def _load_dict(self) -> None:
        items = self.pop_mark()
        self.append({key: value for key, value in zip(items[::2], items[1::2], strict=False) if _is_plain(key)})

    def _load_frozenset(self) -> None:
        items = self.pop_mark()  # changes what `append` is
        self.append(frozenset(item for item in items if _is_plain(item)))

    def _set(self, key: Any, value: Any) -> None:
        if type(self.stack[-1]) is dict and _is_plain(key):
            self.stack[-1][key] = value

    dispatch[pickle.REDUCE[0]] = _load_reduce
    dispatch[pickle.NEWOBJ[0]] = _load_reduce
    dispatch[pickle.NEWOBJ_EX[0]] = _load_newobj_ex
    dispatch[pickle.BUILD[0]] = _load_build
    dispatch[pickle.APPEND[0]] = _load_append
    dispatch[pickle.APPENDS[0]] = _load_appends
    dispatch[pickle.SETITEM[0]] = _load_setitem
    dispatch[pickle.SETITEMS[0]] = _load_setitems
    dispatch[pickle.ADDITEMS[0]] = _load_additems
    dispatch[pickle.DICT[0]] = _load_dict
    dispatch[pickle.FROZENSET[0]] = _load_frozenset


def read(path: Path, names: set[str], made: Callable[[StandIn], None]) -> None:
    """
    Read a file that pickle, cloudpickle or joblib wrote, compressed or not; nothing in it is run.

    Raises:
        Unread: it is cut short, no pickle, or compressed by what is not here; what came before was told.
    """
    try:
        with _opened(path) as file:
            Reader(file, names, made).load()
    except Unread:
        raise
    except MemoryError:
        raise Unread("it asks for more memory than there is") from None
    except KeyError:  # an opcode that there is not
        raise Unread("it is no pickle, or damaged") from None
    except Exception as error:  # whatever a stranger's bytes lead to
        raise Unread(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}") from None


def _opened(path: Path) -> IO[bytes]:
    """The file as it was before joblib compressed it, by its first bytes."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(LZ4):
        import lz4.frame  # which few files need, and every command would load

        return _limited(lz4.frame.open(path))
    if start[:2] == b"\x1f\x8b":
        return _limited(gzip.open(path))
    if start[:3] == b"BZh":
        return _limited(bz2.open(path))
    if start == b"\xfd7zXZ\x00" or start[:3] == b"\x5d\x00\x00":
        return _limited(lzma.open(path))
    if start[:1] == b"\x78":
        return io.BufferedReader(_Chunks(_inflated(path)))
    return path.open("rb")


def _limited(file: Any) -> IO[bytes]:
    return io.BufferedReader(_Chunks(iter(lambda: file.read(CHUNK), b"")))


class _Chunks(io.RawIOBase):
    """A file of what an iterator gives, up to a number of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self.chunks, self.rest, self.total = chunks, b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = next(self.chunks, b"")
            self.total += len(self.rest)
            if self.total > MOST_BYTES:
                raise Unread(f"it holds more than {MOST_BYTES >> 30} GiB")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _inflated(path: Path) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    with path.open("rb") as file:
        while not inflater.eof and (content := file.read(CHUNK)):
            while content and not inflater.eof:
                yield inflater.decompress(content, CHUNK)
                content = inflater.unconsumed_tail


def _is_plain(key: Any) -> bool:
    """What can be a key without code of its own being asked: text, numbers, stand-ins."""
    return isinstance(key, str | bytes | int | float | StandIn | None)


def _exactly(file: IO[bytes], count: int) -> bytes:
    content = file.read(count)
    if len(content) < count:
        raise Unread("it is cut short")
    return content


def _skip(file: IO[bytes], count: int) -> None:
    if count < 0:
        raise Unread("an array in it has a size below 0")
    while count:
        count -= len(_exactly(file, min(count, CHUNK)))


def _has_objects(dtype: Any) -> bool:
    flags = dtype.state[7] if isinstance(dtype.state, tuple) and len(dtype.state) > 7 else 0
    return _code(dtype)[:1] == "O" or bool(flags & HAS_OBJECTS)


def _item_size(dtype: Any) -> int:
    """Of a type such as f8, U10 or V64: text has four bytes a sign, and what has fields says its own size."""
    code = _code(dtype)
    state = dtype.state if isinstance(dtype.state, tuple) else ()
    if code[:1] == "V" and len(state) > 5 and isinstance(state[5], int) and state[5] > 0:
        return int(state[5])
    return int(code[1:]) * (4 if code[:1] == "U" else 1)


def _code(dtype: Any) -> str:
    return str(dtype.arguments[0])
