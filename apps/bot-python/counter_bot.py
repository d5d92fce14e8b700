"""Counts the prices of one ticker: counter_bot.py REDIS_URL TICKER [BOT_ID]"""

import signal
import sys

import outcry_bot


class CounterBot(outcry_bot.Bot):
    count = 0
    last = ""
    stops = 0
    step = 1

    def on_price(self, price):
        self.count += self.step
        self.last = str(price["price"])

    def on_stop(self):
        self.stops += 1

    def on_set(self, config):
        if set(config) - {"step"}:
            raise outcry_bot.Refused("invalid_config", "config: no other parameter than step")
        step = config.get("step", self.step)
        if type(step) is not int or not 1 <= step <= 1000:
            raise outcry_bot.Refused(
                "invalid_config", "config.step: a whole number from 1 to 1000"
            )
        self.step = step
        return {"step": step}

    def details(self):
        return {"count": self.count, "last": self.last, "stops": self.stops, "step": self.step}


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    bot_id = sys.argv[3] if len(sys.argv) == 4 else None
    bot = CounterBot(sys.argv[1], sys.argv[2], "counter", bot_id)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: bot.end())
    bot.run()


if __name__ == "__main__":
    main()
