"""Whole numbers as customers write them: "2", "two", "mbili", "2 pcs", "kumi na mbili"."""

import re

_ONES = {
    **dict(zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True)),
    **dict(zip("moja mbili tatu nne tano sita saba nane tisa".split(), range(1, 10), strict=True)),
    # the Swahili numerals as they agree with what is counted
    "mmoja": 1, "kimoja": 1, "wawili": 2, "viwili": 2, "vitatu": 3, "vinne": 4, "vitano": 5,
}  # fmt: skip
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SWAHILI_TENS = "kumi ishirini thelathini arobaini hamsini sitini sabini themanini tisini".split()

#: Each word's value, and the kind of it that `_PATTERN` puts together.
_WORDS: dict[str, tuple[str, int]] = {
    **{word: ("o", value) for word, value in _ONES.items()},
    **{word: ("e", value) for value, word in enumerate(_TEENS, start=10)},
    **{word: ("t", 10 * at) for at, word in enumerate(_ENGLISH_TENS, start=2)},
    **{word: ("t", 10 * at) for at, word in enumerate(_SWAHILI_TENS, start=1)},
    "hundred": ("h", 100), "mia": ("m", 100), "dozen": ("d", 12), "dazeni": ("d", 12),
    "and": ("a", 0), "na": ("a", 0), "zero": ("z", 0), "sifuri": ("z", 0),
    "single": ("z", 1), "couple": ("z", 2), "pair": ("z", 2), "jozi": ("z", 2),
}  # fmt: skip

#: "two hundred and five" counts its hundreds before the word, "mia mbili na tano" after it.
_PATTERN = re.compile(
    r"(?P<before>[on])?(?P<many>[hd])(a?(?P<more>t(a?o)?|e|o))?"
    r"|(?P<mia>m)(?P<after>o)?(a(?P<plus>t(a?o)?|e|o))?"
    r"|t(a?o)?|e|o|z|n"
)

_UNITS = frozenset(
    "x pc pcs piece pieces pkt packet packets kg kgs kilo kilos unit units item items only please "
    "tafadhali tu vipande kipande pakiti of a".split()
)
_DIGITS = re.compile(r"[0-9]{1,9}")
_GLUED = re.compile(r"x?([0-9]{1,9})(?:x|pcs?|kgs?)?")
_BROKEN = re.compile(r"[-+.,/]\s*[0-9]|[0-9]\s*[.,/][0-9]")  # -3, +5, 2.5, 1/2, 1,000
_LONGEST = 60


def whole(text: str) -> int | None:
    """Read a whole number from what was typed; None for anything else, such as 2.5, -3 or 3abc."""
    cleaned = text.strip().casefold()
    if _DIGITS.fullmatch(cleaned):
        return int(cleaned)
    if len(cleaned) > _LONGEST or _BROKEN.search(cleaned):
        return None
    words = [word for word in re.split(r"[\s,.!-]+", cleaned) if word and word not in _UNITS]
    known = [_known(word) for word in words]
    return _together([each for each in known if each]) if None not in known else None


def _known(word: str) -> tuple[str, int] | None:
    glued = _GLUED.fullmatch(word)
    return ("n", int(glued[1])) if glued else _WORDS.get(word)


def _together(known: list[tuple[str, int]]) -> int | None:
    """Put words together if they make one number: "twenty five" falls, "two hundred" multiplies."""
    values = [value for _, value in known]
    found = _PATTERN.fullmatch("".join(kind for kind, _ in known))
    if found is None:
        return None
    if found["many"]:
        at = found.start("many")
        return values[at] * (values[0] if at else 1) + sum(values[at + 1 :])
    if found["mia"]:
        after = values[1] if found["after"] else 1
        return values[0] * after + sum(values[2 if found["after"] else 1 :])
    return sum(values)
