"""A bot in a container, commanded by an Outcry floor over Redis. See README.md for the protocol.

Needs redis-py 4 and nothing else. One file: copy it next to your bot.

outcry_bot.py farewell REDIS_URL BOT_ID [REASON]
    tells the floor that a bot which is gone is never to come back
"""

import json
import sys
import threading
import time

import redis

PRESENCE_LEASE_S = 6
HEARTBEAT_S = 2
KNOWN_ANSWERS = 1000
MAX_ACKNOWLEDGEMENTS = 10000
MAX_HELD = 1000
FAREWELL_S = 5
BRAKES = ("stop", "kill")


class Refused(Exception):
    """Raised by a command handler: the floor gets status "error" with this code and reason."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Bot:
    """Override on_price, on_order, on_start, on_stop, on_set and details. All of them run in the
    thread that called run(), one after another. No price is handed on before the floor has said
    whether the bot is to run and with which parameters."""

    def __init__(self, url, ticker, strategy, bot_id=None, container="container"):
        self.ticker = ticker.upper()
        self.strategy = strategy
        self.bot_id = bot_id or "%s-%s" % (strategy, self.ticker)
        self.container = container
        self.state = "starting"
        self._briefed = False
        self._wanted = "running"
        self._failure = ""  # why the parameters in force could not be applied
        self._held = []  # commands that came before the briefing
        self._farewell = None
        self._redis = redis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=5, decode_responses=True
        )
        self._commands = "OUTCRY_COMMANDS_" + self.bot_id
        self._position = None
        self._answers = {}  # message id -> acknowledgement, oldest first
        self._ended = threading.Event()

    # -- for the bot's author ----------------------------------------------------------------

    def on_price(self, price):
        """price: the data object, with "price" and "volume" as decimal strings."""

    def on_order(self, order):
        """order: the data object of an order update."""

    def on_start(self):
        pass

    def on_stop(self):
        """Return only when nothing will be sent any more."""

    def on_set(self, config):
        """Validate all of it, then apply all of it; raise Refused otherwise. Returns everything
        that is in force: after a restart on_set is called with just that."""
        raise Refused("unsupported", "this bot has no parameters")

    def details(self):
        return {}

    # -- running ----------------------------------------------------------------------------

    def end(self, farewell=None):
        """Ends run(). Without a farewell the bot is absent until it comes back. With one, a reason
        in a few words, it has left for good: the floor forgets it."""
        self._farewell = farewell
        self._ended.set()

    def run(self):
        """Until end(). Survives every loss of Redis."""
        try:
            self._run()
        finally:
            self._leave()

    def _run(self):
        while not self._ended.is_set():
            updates = None
            try:
                self._announce()
                self._find_position()
                updates = self._redis.pubsub(ignore_subscribe_messages=True)
                # Both at once: without the second we would count as a bot nobody knows.
                updates.subscribe(
                    "TICKER_UPDATES_" + self.ticker, "OUTCRY_LISTENERS_" + self.ticker
                )
                self._serve(updates)
            except redis.exceptions.RedisError:
                self._ended.wait(0.2)
            finally:
                if updates is not None:
                    updates.close()

    def _serve(self, updates):
        heartbeat = time.monotonic()
        while not self._ended.is_set():
            message = updates.get_message(timeout=0.05)
            for _ in range(1000):
                if message is None:
                    break
                self._take_update(message["data"])
                message = updates.get_message(timeout=0)
            self._read_commands()
            if time.monotonic() - heartbeat >= HEARTBEAT_S:
                heartbeat = time.monotonic()
                self._find_position()
                self._announce()

    def _leave(self):
        until = time.monotonic() + FAREWELL_S
        while True:
            try:
                if self._farewell is None:
                    self._redis.delete("OUTCRY_PRESENCE_" + self.bot_id)
                else:
                    say_farewell(self._redis, self.bot_id, self._farewell)
                return
            except redis.exceptions.RedisError:
                # The lease ends by itself; a farewell is worth some patience.
                if self._farewell is None or time.monotonic() >= until:
                    return
                time.sleep(0.2)

    def _announce(self):
        details = self.details()
        if self._failure:
            details = dict(details, error=self._failure)
        presence = {
            "bot": self.bot_id,
            "ticker": self.ticker,
            "strategy": self.strategy,
            "container": self.container,
            "state": self.state,
            "details": details,
            "briefed": self._briefed,
        }
        self._redis.set(
            "OUTCRY_PRESENCE_" + self.bot_id, json.dumps(presence), ex=PRESENCE_LEASE_S
        )

    def _take_update(self, payload):
        try:
            update = json.loads(payload)
            update = update.get("data", update)
            kind = update["type"]
        except (ValueError, KeyError, AttributeError):
            return
        if kind == "price" and self.state == "running":
            self.on_price(update)
        elif kind == "order":
            self.on_order(update)

    # -- commands ----------------------------------------------------------------------------

    def _find_position(self):
        """What was written before we came is not for us: the floor writes again what is still
        open. A stream that is shorter than we remember was lost and is read from its start."""
        last = self._redis.xrevrange(self._commands, count=1)
        newest = last[0][0] if last else "0-0"
        if self._position is None:
            self._position = newest
        elif _order(newest) < _order(self._position):
            self._position = "0-0"

    def _read_commands(self):
        for _, entries in self._redis.xread({self._commands: self._position}, count=100):
            for entry_id, fields in entries:
                if "briefing" in fields:
                    self._take_briefing(fields["briefing"])
                else:
                    self._take_command(fields.get("command", ""))
                self._position = entry_id

    def _take_briefing(self, text):
        """What the floor wants of us. Said again until it is heard; only the first counts, since
        the commands behind it may have changed it."""
        if self._briefed:
            return
        try:
            briefing = json.loads(text)
            self._wanted = "stopped" if briefing["desired"] != "running" else "running"
            parameters = briefing.get("parameters") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if self.state == "stopped":
            self._wanted = "stopped"  # a brake came first
        self._apply(parameters)
        self._briefed = True
        held, self._held = self._held, []
        for command in held:
            self._obey(command)
        self._announce()

    def _apply(self, parameters):
        try:
            if parameters:
                self.on_set(parameters)
            self.state = self._wanted
        except Exception as failure:  # to trade with other parameters would be worse
            self._failure = "the parameters in force are refused: " + str(failure)[:900]
            self.state = "failed"

    def _take_command(self, text):
        try:
            command = json.loads(text)
            command["id"], command["type"]
        except (ValueError, KeyError, TypeError):
            return
        if self._briefed or command["type"] in BRAKES:
            self._obey(command)
        elif len(self._held) < MAX_HELD:  # what is dropped is written again
            self._held.append(command)

    def _obey(self, command):
        message_id = command["id"]
        if message_id not in self._answers:
            self._answers[message_id] = self._decide(command)
            while len(self._answers) > KNOWN_ANSWERS:
                del self._answers[next(iter(self._answers))]
        # The same command again: the same answer again, and no second effect.
        self._redis.xadd(
            "OUTCRY_ACKNOWLEDGEMENTS",
            {"acknowledgement": json.dumps(self._answers[message_id])},
            maxlen=MAX_ACKNOWLEDGEMENTS,
        )
        self._announce()

    def _decide(self, command):
        answer = {
            "id": command["id"],
            "bot": self.bot_id,
            "status": "done",
            "code": "",
            "reason": "",
            "at": int(time.time() * 1000),
        }
        expires = command.get("expiresAt", 0)
        if not command.get("addressed", False):
            answer.update(status="ignored", reason="not addressed")
        elif expires and answer["at"] > expires:
            answer.update(status="error", code="expired", reason="it came too late")
        else:
            try:
                self._execute(command, answer)
            except Refused as refusal:
                answer.update(status="error", code=refusal.code, reason=refusal.reason)
            except Exception as failure:  # a bot that fails must say so
                answer.update(
                    status="error", code="strategy_error", reason=str(failure)[:1000]
                )
        return answer

    def _execute(self, command, answer):
        wish = command["type"]
        if wish in BRAKES:
            was, self.state = self.state, "stopped"
            self._wanted = "stopped"
            self.on_stop()
            answer["reason"] = "was stopped already" if was == "stopped" else "stopped"
        elif wish == "start":
            if self._failure:
                raise Refused("bot_failed", self._failure)
            was = self.state
            self.on_start()
            self.state = self._wanted = "running"
            answer["reason"] = "was running already" if was == "running" else "started"
        elif wish == "set":
            answer["result"] = self.on_set(command.get("config") or {})
            if self._failure:
                self._failure = ""
                self.state = self._wanted
        elif wish == "status":
            answer["result"] = {"state": self.state, "details": self.details()}
        else:
            raise Refused("unsupported", "this bot cannot " + str(wish))


def say_farewell(link, bot_id, reason):
    """The bot is never to come back. Obeyed once its presence has ended."""
    word = {"bot": bot_id, "reason": reason, "at": int(time.time() * 1000)}
    both = link.pipeline(transaction=True)
    both.delete("OUTCRY_PRESENCE_" + bot_id)
    both.xadd(
        "OUTCRY_ACKNOWLEDGEMENTS", {"farewell": json.dumps(word)}, maxlen=MAX_ACKNOWLEDGEMENTS
    )
    both.execute()


def _order(entry_id):
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)


def main(arguments):
    if len(arguments) not in (3, 4) or arguments[0] != "farewell":
        sys.exit(__doc__)
    reason = arguments[3] if len(arguments) == 4 else "its operator said farewell for it"
    say_farewell(redis.Redis.from_url(arguments[1]), arguments[2], reason)


if __name__ == "__main__":
    main(sys.argv[1:])
