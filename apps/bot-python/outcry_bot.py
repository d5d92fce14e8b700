"""A bot in a container, commanded by an Outcry floor over Redis. See README.md for the protocol.

Needs redis-py 4 and nothing else. One file: copy it next to your bot.
"""

import json
import threading
import time

import redis

PRESENCE_LEASE_S = 6
HEARTBEAT_S = 2
KNOWN_ANSWERS = 1000
MAX_ACKNOWLEDGEMENTS = 10000


class Refused(Exception):
    """Raised by a command handler: the floor gets status "error" with this code and reason."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Bot:
    """Override on_price, on_order, on_start, on_stop, on_set and details. All of them run in the
    thread that called run(), one after another."""

    def __init__(self, url, ticker, strategy, bot_id=None, container="container"):
        self.ticker = ticker.upper()
        self.strategy = strategy
        self.bot_id = bot_id or "%s-%s" % (strategy, self.ticker)
        self.container = container
        self.state = "running"
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
        """Validate all of it, then apply all of it; raise Refused otherwise. Returns what is in
        force."""
        raise Refused("unsupported", "this bot has no parameters")

    def details(self):
        return {}

    # -- running ----------------------------------------------------------------------------

    def end(self):
        self._ended.set()

    def run(self):
        """Until end(). Survives every loss of Redis."""
        while not self._ended.is_set():
            updates = None
            try:
                self._announce()
                self._find_position()
                updates = self._redis.pubsub(ignore_subscribe_messages=True)
                updates.subscribe("TICKER_UPDATES_" + self.ticker)
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

    def _announce(self):
        presence = {
            "bot": self.bot_id,
            "ticker": self.ticker,
            "strategy": self.strategy,
            "container": self.container,
            "state": self.state,
            "details": self.details(),
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
                self._obey(fields.get("command", ""))
                self._position = entry_id

    def _obey(self, text):
        try:
            command = json.loads(text)
            message_id = command["id"]
        except (ValueError, KeyError, TypeError):
            return
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
        if wish in ("stop", "kill"):
            was, self.state = self.state, "stopped"
            self.on_stop()
            answer["reason"] = "stopped" if was == "running" else "was stopped already"
        elif wish == "start":
            was = self.state
            self.on_start()
            self.state = "running"
            answer["reason"] = "started" if was == "stopped" else "was running already"
        elif wish == "set":
            answer["result"] = self.on_set(command.get("config") or {})
        elif wish == "status":
            answer["result"] = {"state": self.state, "details": self.details()}
        else:
            raise Refused("unsupported", "this bot cannot " + str(wish))


def _order(entry_id):
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)
