"""Reads over several models, for the editors' pages."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise

from advocacy.stories.models import FEATURED_SLOTS, Picture, State, Story, StoryQuerySet

STORIES_ON_A_PAGE = 20
PICTURES_ON_A_PAGE = 12


@dataclass(frozen=True)
class Tab:
    """One filter of the desk: a state (empty: all) and how many stories stand in it."""

    state: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Line:
    """A story as the desk lists it."""

    story: Story
    state: State


def search_words(typed: str) -> str:
    """Return what to search for: of sane length, and without the one sign that PostgreSQL cannot hold."""
    return typed.replace("\x00", "")[:100]


def find_stories(words: str, state: str, *, now: datetime) -> StoryQuerySet:
    found = Story.objects.containing(words)
    return found.in_state(state, now) if state else found


def desk_page(stories: StoryQuerySet, number: str) -> "Page[Story]":
    """Return a page of the desk; an impossible number gives the nearest one there is."""
    return Paginator(stories.for_desk(), STORIES_ON_A_PAGE).get_page(number)


def lines_of(page: "Page[Story]", *, now: datetime) -> list[Line]:
    return [Line(story, story.state(now)) for story in page]


def library_page(words: str, number: str) -> "Page[Picture]":
    """Return a page of pictures that were used or uploaded before, newest first."""
    pictures = Picture.objects.for_library()
    for word in words.split():
        pictures = pictures.filter(alt__icontains=word)
    return Paginator(pictures, PICTURES_ON_A_PAGE).get_page(number)


def has_free_slot(now: datetime) -> bool:
    """Say whether a story can be featured without another losing its place."""
    return Story.objects.open_at(now).filter(featured_at__isnull=False).count() < FEATURED_SLOTS
