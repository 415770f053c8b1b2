"""What other packages have changed: protobuf and h5py."""
from typing import Any


def messages_printed_as_ever(module: Any) -> None:
    """str() of a message sorts the entries of maps, as it did."""
    from google.protobuf import text_format
    from google.protobuf.message import Message

    def text(message: Any) -> str:
        return text_format.MessageToString(message)
    for cls in list(vars(module).values()):
        if isinstance(cls, type) and issubclass(cls, Message):
            cls.__str__ = cls.__repr__ = text  # type: ignore[assignment]


class _Text(str):
    """A text that can be decoded: h5py 3 gives texts where h5py 2 gave bytes."""

    def decode(self, *args: Any) -> str:
        """The text."""
        return str(self)


def _texts_decoded(hdf5_format: Any) -> None:
    h5py = hdf5_format.h5py
    if h5py is not None:
        plain = h5py.AttributeManager.__getitem__

        def get(manager: Any, name: str) -> Any:
            return _decodable(plain(manager, name))
        h5py.AttributeManager.__getitem__ = get


def _decodable(value: Any) -> Any:
    if isinstance(value, str):
        return _Text(value)
    if getattr(getattr(value, 'dtype', None), 'kind', None) == 'O':
        value = value.copy()
        for index, element in enumerate(value.flat):
            value.flat[index] = _decodable(element)
    return value


AFTER = {'tensorflow.python.keras.saving.hdf5_format': _texts_decoded}
