"""Moves the clock of this process by as many seconds as the file named in MOVED_CLOCK says at the moment.

Python imports a module of this name when it starts, before the program does anything. Waits go by another clock and are as long as
they always are.
"""

import datetime
import os
import time
from pathlib import Path

lead = Path(os.environ["MOVED_CLOCK"])
time_of_the_machine = time.time


def moved_time() -> float:
    return time_of_the_machine() + float(lead.read_text())


class MovedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "MovedDatetime":
        return cls.fromtimestamp(moved_time(), tz)


time.time = moved_time
datetime.datetime = MovedDatetime
