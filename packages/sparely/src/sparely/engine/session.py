"""A model, opened once and run often: the engine's way in."""

from _thread import allocate_lock
from collections.abc import Mapping, Sequence
from ctypes import byref, c_void_p
from types import TracebackType
from typing import Self

from sparely.engine.errors import EngineError, InvalidInput, InvalidModel, SessionClosed, UnknownName, shown
from sparely.engine.inputs import Inputs
from sparely.engine.model import read_inputs, read_outputs
from sparely.engine.ort_environment import ort_environment
from sparely.engine.outputs import Outputs
from sparely.engine.packing import Packed, pack_all
from sparely.engine.tensors import Tensor, TensorSpec


class Session:
    """
    An onnxruntime session over one model.

    Threads may share it: their runs follow one another. It is closed by `close`, by leaving its `with`
    block or with its last reference.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def __init__(self, model: bytes) -> None:
        """
        Open a model.

        Args:
            model: the bytes of an ONNX file.

        Raises:
            EngineError: no library, no ONNX model, or one that the engine cannot carry.
        """
        self._session = c_void_p()
        # One run at a time: the slots of inputs and outputs are shared, and C runs without Python's lock.
        self._lock = allocate_lock()
        if not isinstance(model, bytes):
            raise InvalidModel("The model", shown(model), "the bytes of an ONNX file")
        self._environment = ort_environment()
        self._api = self._environment.api
        created = self._api.CreateSessionFromArray(
            self._environment.env, model, len(model), self._environment.options, byref(self._session)
        )
        self._api.check(created)
        try:
            self._read_model()
        except EngineError:
            self.close()
            raise

    def run(self, inputs: Mapping[str, Tensor], outputs: Sequence[str] | None = None) -> dict[str, Tensor]:
        """
        Compute the model's outputs.

        Args:
            inputs: one tensor for every input of the model, by name.
            outputs: the names wanted, in the order wanted; all of the model's when None.

        Returns:
            One tensor an output; its values are a list.

        Raises:
            EngineError: an input does not fit, or onnxruntime refuses or fails.
        """
        return self.run_into(self._outputs if outputs is None else self._choose(outputs), inputs)

    def run_into(self, outputs: Outputs, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The same for whoever reads outputs in a way of his own; no two threads at once with the same `outputs`."""
        packed = pack_all(self.inputs, inputs)
        with self._lock:
            return self._run(packed, outputs)

    def close(self) -> None:
        """Release the model; further runs raise SessionClosed, further calls of `close` do nothing."""
        with self._lock:
            if self._session:
                self._api.ReleaseSession(self._session)
                self._session.value = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def _read_model(self) -> None:
        self.inputs = read_inputs(self._environment, self._session)
        self.outputs = read_outputs(self._environment, self._session)
        self._inputs = Inputs(self._environment, self.inputs)
        self._outputs = Outputs(self._environment, self.outputs)

    def _run(self, packed: Sequence[Packed], outputs: Outputs) -> dict[str, Tensor]:
        if not self._session:
            raise SessionClosed
        inputs = self._inputs
        try:
            inputs.create(packed)
            status = self._api.Run(
                self._session,
                None,
                inputs.names,
                inputs.values,
                inputs.count,
                outputs.names,
                outputs.count,
                outputs.values,
            )
            self._api.check(status)
            return outputs.read()
        finally:
            inputs.release()
            outputs.release()

    def _choose(self, names: Sequence[str]) -> Outputs:
        by_name = {spec.name: spec for spec in self.outputs}
        if isinstance(names, str) or not names:
            raise InvalidInput("outputs", shown(names), "None or a list of names")
        for place, name in enumerate(names):
            if name not in by_name:
                raise UnknownName("output", name, list(by_name))
            if name in names[:place]:
                raise InvalidInput(f"outputs[{place}]", f"{shown(name)} again", "each name once")
        return Outputs(self._environment, [by_name[name] for name in names])
