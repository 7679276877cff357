"""The file of the table; models/README.md lists its tensors, ../model-file.ts writes the same for English."""

import hashlib
import json

import numpy as np
from safetensors.numpy import save

from training import unit
from vocabulary import READ_AS

WIDTH = 256
SCALED_TOGETHER = 64
LEAST_COSINE = 0.5
MOST_NEIGHBOURS = 16
BLOCK = 2_000


def _evened_out(rows, name):
    """The rows turned by a fixed rotation: random signs, then Hadamard's matrix. One step of a byte serves all alike."""
    digits = np.frombuffer(hashlib.sha256(name.encode()).digest(), np.uint8)
    signs = np.where(np.unpackbits(digits, bitorder="little"), 1.0, -1.0)
    hadamard = np.ones((1, 1))
    while len(hadamard) < WIDTH:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    return (rows * signs) @ hadamard / np.sqrt(WIDTH)


def _quantised(rows):
    """Rows as `q * scale`, q from -127 to 127, with a scale for each 64 components."""
    parts = rows.reshape(len(rows), -1, SCALED_TOGETHER)
    scales = (np.abs(parts).max(axis=2) / 127).astype(np.float32)
    q = np.rint(parts / np.where(scales == 0, 1, scales)[:, :, None]).astype(np.int8)
    return q.reshape(len(rows), WIDTH), scales


def _neighbours(rows):
    """For each piece those with a cosine of at least LEAST_COSINE, the best 16, nearest first: counts, ids, steps."""
    directions = unit(rows).astype(np.float32)
    counts, pieces, steps = [], [], []
    for start in range(0, len(rows), BLOCK):
        cosines = directions[start : start + BLOCK] @ directions.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -1
        nearest = np.argpartition(-cosines, MOST_NEIGHBOURS, axis=1)[:, :MOST_NEIGHBOURS]
        for row, places in zip(cosines, nearest):
            near = sorted((place for place in places if row[place] >= LEAST_COSINE), key=lambda at: (-row[at], at))
            counts.append(len(near))
            pieces.extend(near)
            steps.extend(np.rint((np.minimum(row[near], 1) - LEAST_COSINE) / (1 - LEAST_COSINE) * 255))
    return np.array(counts, np.uint8), np.array(pieces, np.uint16), np.array(steps, np.uint8)


def model_file(rows, vocabulary, name, source):
    """The bytes of the file."""
    q, scales = _quantised(_evened_out(rows, name))
    neighbour_counts, neighbour_pieces, neighbour_steps = _neighbours(rows)
    tensors = {
        "rows": q,
        "scales": scales,
        "neighbour_counts": neighbour_counts,
        "neighbour_pieces": neighbour_pieces,
        "neighbour_steps": neighbour_steps,
        "vocabulary": np.frombuffer("\n".join(vocabulary.pieces).encode(), np.uint8),
        "piece_scores": vocabulary.scores,
        "read_as": np.array(sorted(READ_AS.items()), np.uint16),
    }
    plain = save(tensors)
    data = plain[8 + int.from_bytes(plain[:8], "little") :]
    metadata = {"name": name, "source": source, "licence": "Apache-2.0", "sha256": hashlib.sha256(data).hexdigest()}
    # The same order every time, which the library's own header does not keep for metadata.
    header = json.loads(plain[8 : len(plain) - len(data)])
    text = json.dumps({"__metadata__": metadata, **header}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data
