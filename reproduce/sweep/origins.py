"""What logs were made on: `manifest.json` beside them, with each log's digest.

It is a list of what runs were made on; each entry's `logs` has the SHA-256 of the files made there.
"""
import hashlib
import json
import os
from typing import Any, Dict, List

from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

_NAME = 'manifest.json'


def read(folder: str) -> List[Dict[str, Any]]:
    """The manifest of `folder`; empty where there is none.

    Raises:
      InputError: it is damaged.
    """
    path = os.path.join(folder, _NAME)
    if not os.path.exists(path):
        return []
    try:
        with open(path) as file:
            entries = json.load(file)
        if not isinstance(entries, list) or any(not isinstance(entry['logs'], dict)
                                                for entry in entries):
            raise TypeError
        return entries
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f'{path}: is damaged; restore it, or move it away with the logs that it '
                         'is about') from error


def enter(folder: str, name: str, content: str, circumstances: Dict[str, str]) -> None:
    """Enter the log `name` of `folder`, made under `circumstances`, in place of any older one.

    It is entered before it is written: one that is there without its entry would never get it.
    """
    digest = hashlib.sha256(content.encode()).hexdigest()
    entries = read(folder)
    for entry in entries:
        entry['logs'].pop(name, None)
    entry = next((entry for entry in entries if entry == dict(circumstances, logs=entry['logs'])),
                 None)
    if entry is None:
        entry = dict(circumstances, logs={})
        entries.append(entry)
    entry['logs'][name] = digest
    entry['logs'] = dict(sorted(entry['logs'].items()))
    with replacing(os.path.join(folder, _NAME)) as temporary, open(temporary, 'w') as file:
        json.dump([entry for entry in entries if entry['logs']], file, indent=1)
        file.write('\n')
