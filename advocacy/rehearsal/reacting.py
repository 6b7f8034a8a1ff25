"""What members do with a post: like it, pass it on, answer it, and take that back."""

from datetime import datetime

from advocacy.rehearsal.models import Member, Post, Reaction


def react(post: Post, kind: Reaction.Kind, *, member: Member, now: datetime) -> None:
    """Like or repost; doing it twice is doing it once."""
    Reaction.objects.bulk_create(
        [Reaction(post=post, member=member, kind=kind, at=now)], ignore_conflicts=True
    )


def take_back(post: Post, kind: Reaction.Kind, *, member: Member) -> None:
    """Undo a like or a repost, if there is one."""
    Reaction.objects.filter(post=post, member=member, kind=kind).delete()


def reply(post: Post, *, member: Member, text: str, now: datetime) -> Reaction:
    return Reaction.objects.create(
        post=post, member=member, kind=Reaction.Kind.REPLY, text=text.strip(), at=now
    )


def delete_reply(answer: Reaction) -> None:
    answer.delete()
