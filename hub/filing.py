"""The broker of files, for a hub to learn on: a bell that cannot be read is passed over."""

import logging

from kombu.transport import filesystem

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):  # type: ignore[misc]
    def _get(self, queue: str) -> object:
        """Return the next message that can be read, as kombu does.

        A ringer opens the file first and writes then, so a worker that is quick finds it empty; a full disk
        leaves such files behind. Kombu takes that for the end of the worker. The next sweep rings again.
        """
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                logger.warning("a bell could not be read")


class Transport(filesystem.Transport):  # type: ignore[misc]
    Channel = Channel
