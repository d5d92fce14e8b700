#!/usr/bin/env python3
"""Writes the sample day under samples/replay. Needs nothing but Python 3.

The prices are invented: a random walk from a fixed seed, the same in every run. Run it from any
directory; it overwrites the files it made before.
"""

import pathlib
import random

DAY = "2024-03-08"
ROWS = 400
OPEN_MS = (9 * 60 + 30) * 60 * 1000
SPAN_MS = 10 * 60 * 1000
EXCHANGES = "PQNTZ"
START_CENTS = {"AAPL": 16900, "META": 51200, "GOOGL": 13400, "BRK.B": 40500}


def rows(ticker, cents):
    # random() is the one generator function that Python promises never to change.
    rng = random.Random(f"{DAY} {ticker}")
    times = sorted(int(rng.random() * SPAN_MS) for _ in range(ROWS))
    for time in times:
        cents = max(1, cents + int(rng.random() * 7) - 3)
        size = 100 * (1 + int(rng.random() * 10))
        exchange = EXCHANGES[int(rng.random() * len(EXCHANGES))]
        yield f"{OPEN_MS + time},{cents // 100}.{cents % 100:02d},{size},{exchange}\n"


def main():
    folder = pathlib.Path(__file__).resolve().parent / "replay" / DAY
    folder.mkdir(parents=True, exist_ok=True)
    for ticker, cents in START_CENTS.items():
        text = "time_ms,price,size,exchange\n" + "".join(rows(ticker, cents))
        (folder / f"{ticker}.csv").write_text(text, newline="\n")


if __name__ == "__main__":
    main()
