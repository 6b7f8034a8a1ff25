"""All of the history, put together."""

from collections.abc import Mapping
from datetime import datetime

from advocacy.rehearsal.models import Reaction
from advocacy.stories.models import Picture, Story
from hub.demo.calendar import seeded
from hub.demo.history.by_hand import leave_to_owners, plan_by_hand, write_words
from hub.demo.history.counting import make_counts
from hub.demo.history.heads import count_heads
from hub.demo.history.planning import plan_shares
from hub.demo.history.queueing import plan_unfinished, tell_owners, turn, write_drafts
from hub.demo.history.reacting import react_elsewhere, react_on_rehearsal
from hub.demo.history.sharing import make_shares, write_shares
from hub.demo.history.timeline import post_on_rehearsal
from hub.demo.history.wording import Wording
from hub.demo.people import Cast
from hub.demo.pictures import Kept


def make_history(
    cast: Cast,
    stories: Mapping[str, Story],
    pictures: Mapping[str, Picture],
    kept: Mapping[str, Kept],
    *,
    now: datetime,
) -> None:
    wording = Wording(seeded("words"))
    # These first: they must find something to say, and the others may leave it.
    did_not = plan_unfinished(cast, stories, wording, now=now)
    went_out = plan_shares(cast, stories, wording, now=now)
    by_hand = plan_by_hand(went_out)
    made = make_shares([*went_out, *by_hand, *did_not], pictures)
    published, unfinished = made[: -len(did_not)], made[-len(did_not) :]
    sent, told = published[: len(went_out)], published[len(went_out) :]
    turn(unfinished)
    leave_to_owners([*told, *(one for one in unfinished if one.share.is_by_hand)])
    rehearsed = [one for one in sent if one.plan.account.platform == "rehearsal"]
    post_on_rehearsal(rehearsed, kept)
    reactions = react_on_rehearsal(rehearsed, cast, now=now)
    react_elsewhere([one for one in sent if one.plan.account.platform != "rehearsal"], now=now)
    write_shares(made)
    write_words(one.share for one in told)
    Reaction.objects.bulk_create(reactions)
    make_counts(published, now=now)
    write_drafts(cast, stories, now=now)
    tell_owners(unfinished, cast, now=now)
    count_heads(cast, now=now)
