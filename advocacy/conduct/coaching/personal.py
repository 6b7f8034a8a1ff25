"""What belongs to somebody: numbers that stand for a person, ways to reach them, their personal matters."""

from collections.abc import Iterator

import regex
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatcher, parse
from phonenumbers.phonenumberutil import NumberParseException
from stdnum import iban, luhn
from stdnum.nl import bsn

from advocacy.conduct.coaching.noticing import Level, Notice
from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import House, Situation
from advocacy.conduct.coaching.word_lists import Words, default_words

NINE_DIGITS = regex.compile(
    r"(?<![\w.,\u20ac$+/-])(?:\d{9}|\d{3}([ .-])\d{3}\1\d{3}|\d{4}([ .-])\d{2}\2\d{3})(?![\w]|[.,-]\d)"
)
CITIZEN_CONTEXT = 40  # characters
LABEL = 20  # characters before a number, in which it says what it is
ACCOUNT = regex.compile(
    r"(?<!\w)[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?(?!\w)", regex.IGNORECASE
)
SHORTEST_IBAN = 15
CARD = regex.compile(
    r"(?<![\w.-])(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6\d{3}|3[47]\d\d)[ -]?"
    r"(?:\d{4}[ -]?\d{4}[ -]?\d{4}|\d{6}[ -]?\d{5})(?!\w)"
)
MAIL = regex.compile(
    r"(?<![@\w.+-])[\p{L}\p{N}._%+-]{1,64}@((?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24})(?!\w)"
)
NOT_BARE = regex.compile(r"[^\p{L}\p{N}@]+")
WEB = regex.compile(r"https?://\S+")
# As many digits as a number for others to call has, with what stands between them.
DIGITS = regex.compile(r"\d(?:[\s()./+-]{0,3}\d){7}")
# More numbers that are none than this and it is no text about telephones: time matters more.
MOST_TRIES = 40
POSTCODE = regex.compile(
    r"(?<!\w)(?:[1-9]\d{3} ?[A-Z]{2}(?:,? (?:nr\.? ?|nummer |number |no\.? ?)?|,)\d{1,4}(?!\d)"
    r"|\d{1,4} ?[a-zA-Z]?,? {0,2}[1-9]\d{3} ?[A-Z]{2}(?!\w))"
)
FILE_NUMBER = regex.compile(
    r"\s{0,2}(?:is|was|:|#|nr\.?|no\.?|\.|=|,)?\s{0,2}[#(]?\s?((?:[A-Z]{1,4}[-.]?)?\d[\d./-]{2,20}\d)"
)
# "Order #4471290": what only with a sign is the number of something; without one it is how many.
NUMBERED = default_words("numbered").everywhere
SIGNED_NUMBER = regex.compile(
    r"\s{0,2}(?:#|nr\b\.?|no\.|n\u00b0|n\u00ba|nummer\b|number\b):?\s{0,2}((?:[A-Z]{1,4}[-.]?)?\d[\d./-]{2,20}\d)",
    regex.IGNORECASE,
)
YEAR = regex.compile(r"(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?")


I_MYSELF = default_words("i_myself").everywhere
HE_OR_SHE = default_words("he_or_she").everywhere
# A workshop on burnout tells nothing of the colleague who gave it.
SUBJECTS = default_words("subjects").everywhere
ABOUT = default_words("about").everywhere


def citizen_number(reading: Reading, situation: Situation) -> Iterator[Notice]:
    """Notice a citizen service number; nearly one in ten numbers of nine digits passes its test by chance."""
    plain = without_addresses(reading.text)
    for found in NINE_DIGITS.finditer(plain):
        span = Span(*found.span())
        if not bsn.is_valid(found.group()) or _calls_itself(reading, span, situation):
            continue
        near = reading.has_near(span, situation.lists.citizen_numbers, chars=CITIZEN_CONTEXT)
        # With dots it may as well be a number of millions.
        grouped = (found.group(1) or found.group(2) or ".") != "."
        yield Notice(span, level=Level.BLOCK if near or grouped else Level.CONFIRM)


def account_or_card(reading: Reading, situation: Situation) -> Iterator[Notice]:
    own = {iban.compact(number) for number in situation.house.own_accounts}
    for found in ACCOUNT.finditer(reading.text):
        number = _iban_in(found.group())
        if number and number not in own:
            yield Notice(Span(*found.span()))
    for found in CARD.finditer(reading.text):
        if luhn.is_valid(regex.sub(r"\D", "", found.group())):
            yield Notice(Span(*found.span()))


def contact_details(reading: Reading, situation: Situation) -> Iterator[Notice]:
    house = situation.house
    for found in MAIL.finditer(reading.text):
        domain = found.group(1).casefold()
        own = any(domain == own or domain.endswith(f".{own}") for own in map(str.casefold, house.own_domains))
        if not own and not _is_out(found.group(), situation):
            yield Notice(Span(*found.span()))
    for notice in _phone_numbers(reading, house):
        if notice.span and not _is_out(reading.at(notice.span), situation):
            yield notice


def traceable_detail(reading: Reading, situation: Situation) -> Iterator[Notice]:
    for found in POSTCODE.finditer(reading.text):
        if not _is_out(found.group(), situation):
            yield Notice(Span(*found.span()))
    for phrases, pattern in ((situation.lists.file_numbers, FILE_NUMBER), (NUMBERED, SIGNED_NUMBER)):
        for span in reading.find(phrases):
            number = pattern.match(reading.text, span.end)
            if number and not YEAR.fullmatch(number.group(1)):
                yield Notice(Span(span.start, number.end()))


def somebody_elses_matter(reading: Reading, situation: Situation) -> Iterator[Notice]:
    """Notice it where the sentence names somebody, or says "she" right after the one that does."""
    others = _first_in_sentences(reading, situation.lists.somebody_else)
    mine = _first_in_sentences(reading, I_MYSELF)
    told_on = _first_in_sentences(reading, HE_OR_SHE)
    subjects = _first_in_sentences(reading, SUBJECTS)
    for span in reading.find(situation.lists.personal):
        number = reading.sentence_of(span)
        if number in subjects and reading.has_before(span, ABOUT, chars=1):
            continue
        # "After my burnout I could tell my boss": who is named comes after both.
        is_my_own = number in mine and max(span.start, mine[number]) < others.get(number, 0)
        of_another = number in others and not is_my_own
        if of_another or (number in told_on and number - 1 in others):
            yield Notice(span, {"word": reading.at(span)})


def _first_in_sentences(reading: Reading, words: Words) -> dict[int, int]:
    """Return where in each sentence, by its number, the first of these words stands, if one does."""
    found = reversed(reading.find(words))
    return {reading.sentence_of(span): span.start for span in found}


def without_addresses(text: str) -> str:
    """Return the text with blanks for web addresses: every sign stays in its place."""
    return WEB.sub(lambda found: " " * len(found.group()), text)


def _is_out(detail: str, situation: Situation) -> bool:
    """Say whether the story itself, or its editors, give this detail already: where to come, whom to call."""
    published = (situation.published_text, *situation.suggestions, *situation.house.public_facts)
    return any(_bare(detail) in _bare(text) for text in published)


def _bare(text: str) -> str:
    return NOT_BARE.sub("", text).casefold()


def _calls_itself(reading: Reading, span: Span, situation: Situation) -> bool:
    lists = situation.lists
    near = reading.has_near(span, lists.citizen_numbers, chars=CITIZEN_CONTEXT)
    return not near and reading.has_before(span, lists.other_numbers, chars=LABEL) is not None


def _iban_in(written: str) -> str | None:
    """Return the account number at the start of what was written; the next word may look like its end."""
    compact = iban.compact(written)
    lengths = range(len(compact), SHORTEST_IBAN - 1, -1)
    tried = (compact[:length] for length in lengths)
    return next((one for one in tried if iban.is_valid(one, check_country=False)), None)


def _phone_numbers(reading: Reading, house: House) -> Iterator[Notice]:
    if not DIGITS.search(reading.text):
        return
    plain = ACCOUNT.sub(lambda found: " " * len(found.group()), without_addresses(reading.text))
    own = {number for phone in house.own_phones if (number := _parsed(phone, house))}
    found = PhoneNumberMatcher(plain, house.phone_region, leniency=Leniency.VALID, max_tries=MOST_TRIES)
    for match in found:
        if (match.number.country_code, match.number.national_number) not in own:
            yield Notice(Span(match.start, match.end))


def _parsed(phone: str, house: House) -> tuple[int | None, int | None] | None:
    try:
        number: PhoneNumber = parse(phone, house.phone_region)
    except NumberParseException:
        return None
    return number.country_code, number.national_number
