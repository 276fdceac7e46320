"""The access points that a file's records name: needed for records that name none themselves (SPAWN).

Looks through the whole file, quickly: only for the schedd's own attribute, at the beginning of a line (text) or as a
member's name (JSON), where no user's string can stand.
"""

import re
from typing import BinaryIO

from collectors.classads.literals import decoded
from collectors.recognise import Form
from pipeline.schema import JOB

_MOST = 100
_BLOCK = 4 << 20
_OVERLAP = 4 << 10
_ID = JOB.column("global_job_id").attributes[0].encode()
_IN_TEXT = re.compile(rb"\n" + _ID + rb'\s*=\s*"([^"#\n]+)#')
_IN_JSON = re.compile(rb'"' + _ID + rb'"\s*:\s*"([^"#\\]+)#')


def access_points(file: BinaryIO, form: Form) -> frozenset[str]:
    """Names of the access points in the file, 100 at most. Leaves the file's position where it was."""
    before = file.tell()
    file.seek(0)
    pattern = _IN_JSON if form.startswith("json") else _IN_TEXT
    found: set[bytes] = set()
    window = b"\n"
    while len(found) < _MOST and (block := file.read(_BLOCK)):
        window = window[-_OVERLAP:] + block
        found.update(pattern.findall(window))
    file.seek(before)
    return frozenset(map(decoded, found))
