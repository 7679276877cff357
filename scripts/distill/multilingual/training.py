"""Rows whose sums point where the teacher puts the texts; ../training.ts does the same for English."""

import numpy as np
from scipy import sparse

# How strongly a row is held to where it comes from, in parts of what the texts of the median piece pull with.
HOLD = 1.0
# A text's length is the one that its rows gave it before; twice is enough for it to settle.
ROUNDS = 2
STEPS = 15


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def counts(texts, piece_count):
    """[texts, pieces]: how often each piece stands in each text, both given by ids."""
    places = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    pieces = np.concatenate([np.asarray(text, np.int64) for text in texts])
    ones = np.ones(len(places), np.float32)
    matrix = sparse.csr_matrix((ones, (places, pieces)), shape=(len(texts), piece_count))
    matrix.sum_duplicates()
    return matrix


def train(texts, targets, rows):
    """Least squares with the rows at hand as what is expected (ridge), by conjugate gradients, each component by itself.

    texts: [texts, pieces], sparse counts; targets: [texts, width], of length 1; rows: [pieces, width].
    """
    by_piece = texts.T.tocsr()
    trained = rows
    for _ in range(ROUNDS):
        factors = (1 / np.maximum(np.linalg.norm(texts @ trained, axis=1), 1e-9)).astype(np.float32)[:, None]
        squares = factors**2
        pulls = np.asarray(by_piece @ squares).ravel()
        hold = np.float32(HOLD * np.median(pulls[pulls > 0]))
        ease = (pulls + hold)[:, None].astype(np.float32)

        def respond(change):
            return hold * change + by_piece @ (squares * (texts @ change))

        change = trained - rows
        rest = by_piece @ (factors * targets - squares * (texts @ rows)) - respond(change)
        eased = rest / ease
        direction = eased.copy()
        products = (rest * eased).sum(0)
        for _ in range(STEPS):
            response = respond(direction)
            length = products / np.maximum((direction * response).sum(0), 1e-20)
            change = change + length * direction
            rest = rest - length * response
            eased = rest / ease
            before, products = products, (rest * eased).sum(0)
            direction = eased + products / np.maximum(before, 1e-20) * direction
        trained = (rows + change).astype(np.float32)
    return trained
