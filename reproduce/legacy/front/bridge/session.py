"""Sessions, servers and devices."""
from typing import Any, List, Optional

from reproduce.legacy.front.private import SESSION
from reproduce.legacy.front.runtime import PRODUCER, load

api = load(SESSION)
_devices = load('client._pywrap_device_lib')

NAMES = {'GRAPH_DEF_VERSION': PRODUCER, 'GRAPH_DEF_VERSION_MIN_CONSUMER': 0,
         'GRAPH_DEF_VERSION_MIN_PRODUCER': 0,
         'RUNTIME_VERSION': str(api.get_version()),  # not 1.15's: what computes
         'TENSOR_HANDLE_KEY': api.get_tensor_handle_key()}


def TF_NewSessionOptions(target: Optional[bytes] = None, config: Any = None) -> Any:
    """A session's options; `config` is a ConfigProto."""
    options = api._TF_NewSessionOptions()
    if target is not None:
        api._TF_SetTarget(options, target)
    if config is not None:
        api._TF_SetConfig(options, config.SerializeToString())
    return options


def TF_Reset(target: bytes, containers: Optional[List[bytes]] = None, config: Any = None) -> None:
    """Clear the resources in `containers`."""
    options = TF_NewSessionOptions(target, config)
    try:
        api.TF_Reset_wrapper(options, containers or [])
    finally:
        api.TF_DeleteSessionOptions(options)


def TF_DeleteServer(server: Any) -> None:
    """1.15 keeps servers alive too."""


def list_devices(session_config: Any = None) -> List[bytes]:
    """The DeviceAttributes of each local device."""
    return _devices.list_devices(
        None if session_config is None else session_config.SerializeToString())
