"""The characters of keys and error codes, and the similar ones that people or programs write instead."""

from __future__ import annotations

KEY_CHARACTER = "[BCDFGHJKMNPQRTVWXY2346789]"  # a regular expression for the characters in keys of Windows
KEY_GROUP = 5  # how many characters stand between two hyphens

# Letters of other alphabets, by the Latin letter that they look like.
_LOOK_ALIKES_BY_LETTER = {
    "a": "\u0430", "A": "\u0410\u0391", "B": "\u0412\u0392", "c": "\u0441", "C": "\u0421\u03f9",
    "e": "\u0435", "E": "\u0415\u0395", "H": "\u041d\u0397", "K": "\u041a\u039a", "M": "\u041c\u039c",
    "N": "\u039d", "o": "\u043e\u03bf", "O": "\u041e\u039f", "p": "\u0440", "P": "\u0420\u03a1",
    "T": "\u0422\u03a4", "x": "\u0445\u03c7\u00d7\u2715\u2716", "X": "\u0425\u03a7", "y": "\u0443",
    "Y": "\u0423\u03a5",
}  # fmt: skip
LOOK_ALIKES = {alike: letter for letter, alikes in _LOOK_ALIKES_BY_LETTER.items() for alike in alikes}

DASHES = "-_\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
BLANKS = "\u00a0\u2007\u2009\u202f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
