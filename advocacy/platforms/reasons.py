"""What a platform's no means, in words: what happened, and what to do next."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.platforms.connector import Code

WORDS: Mapping[str, Promise] = {
    Code.UNREACHABLE: _("%(platform)s could not be reached. Try again in a few minutes."),
    Code.TOO_SLOW: _("%(platform)s was too slow to answer. Try again in a few minutes."),
    Code.RATE_LIMITED: _("%(platform)s asks us to slow down. Wait a while and try again."),
    Code.SERVER_ERROR: _("%(platform)s has trouble of its own. Try again in a few minutes."),
    Code.NOT_READY: _("%(platform)s is still working on it. Look again in a few minutes."),
    Code.EXPIRED: _("The permission at %(platform)s has run out. Connect your account again."),
    Code.REVOKED: _("%(platform)s no longer lets the hub in for you. Connect your account again."),
    Code.KEY_LOST: _(
        "The hub can no longer read what it kept to get in at %(platform)s. Connect your account again."
    ),
    Code.WRONG_PASSWORD: _("%(platform)s does not know this handle with this password. Check both."),
    Code.MAIN_PASSWORD: _(
        "This is the password of your account itself, and the hub does not want it. Make an app password "
        "at %(platform)s and type that one."
    ),
    Code.SIGN_IN_FAILED: _("%(platform)s did not finish the sign-in. Start again."),
    Code.NO_SIGN_IN: _(
        "Signing in at this %(platform)s server does not work from this hub. Use the other way to connect."
    ),
    Code.NO_SUCH_ACCOUNT: _("There is no %(platform)s account with this handle. Check how it is spelled."),
    Code.OTHER_ACCOUNT: _(
        "You signed in at %(platform)s with another account than the one you typed. Start again, and sign in "
        "with that one."
    ),
    Code.NO_SUCH_SERVER: _("There is no %(platform)s server at this address. Check how it is spelled."),
    Code.ADDRESS_BLOCKED: _("The hub may not go to this address. Type a server on the public internet."),
    Code.APP_UNKNOWN: _(
        "This server has forgotten the hub. The hub has now forgotten it as well: start again, and they "
        "will get to know each other anew."
    ),
    Code.APP_WRONG: _(
        "The hub is not set up at %(platform)s as it should be. The administrators have been told; try again "
        "when they have mended it."
    ),
    Code.APP_OUTDATED: _(
        "%(platform)s no longer understands the hub, which has to be brought up to date. The administrators "
        "have been told."
    ),
    Code.NO_CREDIT: _(
        "The company's credit at %(platform)s is used up. The administrators have been told; until then you "
        "can post there yourself."
    ),
    Code.ACCOUNT_BLOCKED: _("%(platform)s has blocked or closed this account. Sign in there to see why."),
    Code.FORBIDDEN: _(
        "%(platform)s does not allow this. Connect your account again, and give every permission it asks for."
    ),
    Code.REFUSED: _("%(platform)s refused the post. Change it and share it again."),
    Code.TOO_LONG: _("This is longer than %(platform)s takes. Shorten it and share it again."),
    Code.TOO_LARGE: _(
        "A picture is larger than %(platform)s takes, or there are too many. Choose another and share again."
    ),
    Code.TOO_MANY: _(
        "%(platform)s takes fewer links, or words with #, @ or $, in one post. Leave some out and share it "
        "again."
    ),
    Code.NEEDS_PICTURE: _("%(platform)s takes no post without a picture. Choose one and share it again."),
    Code.PICTURE_NOT_FETCHED: _(
        "%(platform)s could not fetch the picture from the hub. Share it again in a few minutes, and tell an "
        "administrator if it stays so: the hub has to be reachable from the internet."
    ),
    Code.DUPLICATE: _(
        "%(platform)s does not take the same words twice in a short while. Look at your account there, and "
        "say it in other words if it is missing."
    ),
    Code.KEY_TAKEN: _(
        "Another post stands at %(platform)s in the place of this one. Look at your account there, and share "
        "again if yours is missing."
    ),
    Code.NO_ANSWER: _("%(platform)s did not say whether the post arrived. Look at your account there."),
    Code.UNCLEAR_ANSWER: _(
        "%(platform)s gave an answer that says neither yes nor no. Look at your account there."
    ),
}
OTHERWISE = _(
    "Something went wrong at %(platform)s. Try again later, and tell an administrator if it stays so."
)

# Here the platform's own words tell more than ours; elsewhere they are a status or a line for programmers.
QUOTED = frozenset(
    {
        Code.REFUSED,
        Code.FORBIDDEN,
        Code.ACCOUNT_BLOCKED,
        Code.SIGN_IN_FAILED,
        Code.SERVER_ERROR,
        Code.KEY_TAKEN,
    }
)


def explain(code: str, detail: str, platform_label: str) -> str:
    """Return why, and what to do, in the reader's language. `detail` is the platform's own, or empty."""
    sentence = str(WORDS.get(code, OTHERWISE)) % {"platform": platform_label}
    if not detail or code not in QUOTED:
        return sentence
    said = gettext("%(platform)s says: “%(detail)s”") % {"platform": platform_label, "detail": detail}
    return f"{sentence} {said}"
