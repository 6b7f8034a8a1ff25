"""Drawing every picture of the company and cutting its crops, on all cores. No database in here."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from advocacy.lib.images import Rendered, render_all
from hub.demo.paint.canvas import HEIGHT, WIDTH, Canvas
from hub.demo.paint.colours import CREAM
from hub.demo.paint.scenes import indoors, outside, people_at_work, streets
from hub.demo.stories.told import Shown

Scene = Callable[[Canvas], None]
SCENES: Mapping[str, Scene] = {
    scene.__name__: scene
    for scene in (
        *(outside.garden_dusk, outside.blackbird_at_dawn, outside.quiet_rings, outside.snow),
        *(outside.courtyard, outside.van_dike, outside.van_rain),
        *(streets.street_evening, streets.terrace_morning, streets.harbour, streets.neighbourhood),
        *(streets.cargo_bridge, streets.rising_houses, streets.bunting),
        *(indoors.assembly_line, indoors.quay_workshop, indoors.cutaway, indoors.shelves, indoors.two_hands),
        *(indoors.manual_hills, indoors.flat_lay, indoors.autumn_house, indoors.warm_room, indoors.coils),
        *(indoors.fan_close, indoors.dial, indoors.strata, indoors.one_spanner),
        *(people_at_work.baker_tools, people_at_work.fenna_bench, people_at_work.friday_bench),
        *(people_at_work.listening, people_at_work.three_stools),
    )
}


@dataclass(frozen=True)
class Drawn:
    """A finished picture: the original as a JPEG, and its crops by shape."""

    shown: Shown
    original: bytes
    crops: Mapping[str, Rendered]
    width: int = WIDTH
    height: int = HEIGHT


def draw_all(wanted: Iterable[Shown]) -> Iterator[Drawn]:
    """Yield each picture as it is finished, in the order asked for."""
    # Threads do: Pillow lets the others go on while it works.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(draw, wanted)


def draw(shown: Shown) -> Drawn:
    canvas = Canvas(CREAM)
    SCENES[shown.scene](canvas)
    original = canvas.jpeg()
    return Drawn(shown, original, render_all(original, focal=shown.focal))
