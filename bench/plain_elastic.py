"""What one would write first to put jobs into Elasticsearch: `helpers.bulk` of the official client.

python -m bench.plain_elastic URL STREAM DOCUMENTS.ndjson MAPPING.json
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch, helpers


def actions(stream: str, file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            job = json.loads(line)
            yield {"_op_type": "create", "_index": stream, "_id": job["id"], "_source": job["body"]}


def main(url: str, stream: str, file: str, mapping: str) -> None:
    with Elasticsearch(url) as client:
        template = {"mappings": json.loads(Path(mapping).read_text("utf-8"))}
        client.indices.put_index_template(
            name=stream, index_patterns=[stream], priority=500, data_stream={}, template=template
        )
        helpers.bulk(client, actions(stream, Path(file)), chunk_size=1000, max_chunk_bytes=8 << 20)


if __name__ == "__main__":
    main(*sys.argv[1:])
