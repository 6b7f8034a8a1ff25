"""Run stages one after the other, time them, and say at the end which of them failed."""

import time
from collections.abc import Callable


class Stages:
    def __init__(self) -> None:
        self.results: list[tuple[str, bool, float]] = []
        self.last_words: list[str] = []

    def run(self, name: str, passes: Callable[[], bool]) -> bool:
        """Run the stage and remember how it ended; a failure does not keep the next from running."""
        print(f"\n--- {name}", flush=True)
        started = time.monotonic()
        passed = passes()
        self.results.append((name, passed, time.monotonic() - started))
        return passed

    def report(self) -> int:
        """Print a line per stage, then the last words, and return the exit status."""
        print()
        width = max(len(name) for name, _, _ in self.results)
        for name, passed, seconds in self.results:
            print(f"{name:<{width}}  {seconds:6.1f} s  {'ok' if passed else 'FAILED'}")
        total = sum(seconds for _, _, seconds in self.results)
        print("\n".join([f"{'all of it':<{width}}  {total:6.1f} s", *self.last_words]), flush=True)
        return 0 if all(passed for _, passed, _ in self.results) else 1
