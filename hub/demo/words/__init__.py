"""What colleagues say around a story, in their own language."""

from hub.demo.words.dutch import DUTCH
from hub.demo.words.english import ENGLISH
from hub.demo.words.phrases import Phrases

PHRASES: dict[str, Phrases] = {"nl": DUTCH, "en": ENGLISH}
