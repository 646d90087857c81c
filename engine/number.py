"""Whole numbers as customers write them: "2", "two", "mbili", "2 pcs", "kumi na mbili"."""

import re

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SWAHILI = "sifuri moja mbili tatu nne tano sita saba nane tisa kumi".split()
_SWAHILI_TENS = "ishirini thelathini arobaini hamsini sitini sabini themanini tisini".split()

_WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_ENGLISH)},
    **{word: 10 * (at + 2) for at, word in enumerate(_ENGLISH_TENS)},
    **{word: value for value, word in enumerate(_SWAHILI)},
    **{word: 10 * (at + 2) for at, word in enumerate(_SWAHILI_TENS)},
    # noun-class forms of the Swahili numerals, and everyday counting words
    "mmoja": 1, "kimoja": 1, "wawili": 2, "viwili": 2, "vitatu": 3, "vinne": 4, "vitano": 5,
    "mia": 100, "hundred": 100, "dozen": 12, "dazeni": 12, "single": 1,
    "couple": 2, "pair": 2, "jozi": 2,
}  # fmt: skip
_JOINERS = frozenset({"and", "na"})
_UNITS = frozenset(
    "x pc pcs piece pieces pkt packet packets kg kgs kilo kilos unit units item items only please "
    "tafadhali tu vipande kipande pakiti of a".split()
)
_DIGITS = re.compile(r"^[0-9]{1,9}$", re.ASCII)
_GLUED = re.compile(r"^(?:x)?([0-9]{1,9})(?:x|pcs?|kgs?)?$", re.ASCII)


def whole(text: str) -> int | None:
    """Read a whole number from what was typed; None for anything else, such as 2.5, -3 or 3abc."""
    cleaned = text.strip().casefold()
    if _DIGITS.match(cleaned):
        return int(cleaned)
    if len(cleaned) > 60 or re.search(r"[-+.,/]\s*[0-9]|[0-9]\s*[.,/][0-9]", cleaned):
        return None
    words = [word for word in re.split(r"[\s,.!-]+", cleaned) if word and word not in _UNITS]
    return _added(words)


def _added(words: list[str]) -> int | None:
    values = [_value(word) for word in words if word not in _JOINERS]
    if not values or None in values:
        return None
    numbers = [value for value in values if value is not None]
    if len(numbers) == 1:
        return numbers[0]
    if any(word[:1].isdigit() or word.startswith("x") for word in words):
        return None  # "2 3" is two numbers
    return _composed(numbers)


def _value(word: str) -> int | None:
    glued = _GLUED.match(word)
    return int(glued.group(1)) if glued else _WORDS.get(word)


def _composed(numbers: list[int]) -> int | None:
    """Put words together: "twenty five" falls, "a dozen" and "two hundred" multiply."""
    total, last = numbers[0], numbers[0]
    for number in numbers[1:]:
        if number in (100, 12) and last < 10:
            total = total - last + last * number
        elif last == 100 and number < 10 and total == 100:
            total, number = number * 100, 100  # "mia mbili": hundred two is two hundred
        elif number < last and last >= 10:
            total += number
        else:
            return None
        last = number
    return total
