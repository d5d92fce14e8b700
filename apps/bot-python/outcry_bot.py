"""A bot in a container, commanded by an Outcry floor over Redis. See README.md for the protocol.

Needs redis-py 4 and nothing else. One file: copy it next to your bot.

outcry_bot.py farewell REDIS_URL BOT_ID [REASON]
    tells the floor that a bot which is gone is never to come back
"""

import json
import re
import sys
import threading
import time
import traceback
import uuid

import redis

PRESENCE_LEASE_S = 6
HEARTBEAT_S = 2
KNOWN_ANSWERS = 1000
MAX_ACKNOWLEDGEMENTS = 10000
MAX_HELD = 1000
FAREWELL_S = 5
BRAKES = ("stop", "kill")
STARTS = ("start", "enter")
TURN_S = 0.05  # so long may prices keep a command waiting
COMPLAINT_S = 5
BACKOFF_S = (0.2, 2.0)
DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class Refused(Exception):
    """Raised by a command handler: the floor gets status "error" with this code and reason."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Aside(Exception):
    """Another instance has this bot's id."""


class Bot:
    """Override on_price, on_order, on_start, on_stop, on_set and details. All of them run in the
    thread that called run(), one after another. No price is handed on before the floor has said
    whether the bot is to run and with which parameters.

    While one of them runs nothing else happens: a stop waits for its end, and a call that takes
    longer than PRESENCE_LEASE_S makes the bot absent. What on_price or on_order raises is printed
    and makes a running bot "failed", with the reason in its details: no prices until a start."""

    def __init__(self, url, ticker, strategy, bot_id=None, container="container"):
        self.ticker = ticker.upper()
        self.strategy = strategy
        self.bot_id = bot_id or "%s-%s" % (strategy, self.ticker)
        self.container = container
        self.state = "starting"
        self._briefed = False
        self._wanted = "running"
        self._failure = ""  # why the parameters in force could not be applied
        self._crash = ""  # what on_price or on_order raised
        self._held = {}  # message id -> command that came before the briefing
        self._instance = uuid.uuid4().hex
        self._stopped_aside = False  # on_stop was called for another instance's sake
        self._link_complaint = False
        self._complaints = {}  # text -> when it was printed
        self._unreadable = 0
        self._farewell = None
        self._redis = redis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=5, decode_responses=True,
            encoding_errors="replace",
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
        pause = BACKOFF_S[0]
        while not self._ended.is_set():
            updates = None
            began = time.monotonic()
            try:
                # Before anybody can see us: what is written from then on is for us.
                self._find_position()
                self._announce()
                updates = self._redis.pubsub(ignore_subscribe_messages=True)
                # Both at once: without the second we would count as a bot nobody knows.
                updates.subscribe(
                    "TICKER_UPDATES_" + self.ticker, "OUTCRY_LISTENERS_" + self.ticker
                )
                self._serve(updates)
            except _Aside as other:
                self._step_aside(str(other))
                self._ended.wait(1)
            except redis.exceptions.RedisError as failure:
                self._complain_of_link(failure)
                if time.monotonic() - began >= HEARTBEAT_S + BACKOFF_S[1]:
                    pause = BACKOFF_S[0]
                self._ended.wait(pause)
                pause = min(2 * pause, BACKOFF_S[1])
            finally:
                if updates is not None:
                    updates.close()

    def _serve(self, updates):
        heartbeat = time.monotonic()
        while not self._ended.is_set():
            message = updates.get_message(timeout=TURN_S)
            turn = time.monotonic()
            for _ in range(1000):
                if message is None:
                    break
                self._take_update(message["data"])
                if time.monotonic() - turn >= TURN_S:
                    break
                message = updates.get_message(timeout=0)
            # First: after a long call another instance may have taken our place.
            if time.monotonic() - heartbeat >= HEARTBEAT_S:
                heartbeat = time.monotonic()
                self._announce()
                self._find_position()
            self._read_commands()
            if self._link_complaint:
                self._link_complaint = False
                self._complain("Redis is back")

    # -- complaints ---------------------------------------------------------------------------

    def _complain(self, text, key=None):
        """Prints it, but not the same thing again within COMPLAINT_S."""
        now = time.monotonic()
        for old in [x for x, at in self._complaints.items() if now - at >= COMPLAINT_S]:
            del self._complaints[old]
        if (key or text) in self._complaints or len(self._complaints) >= 100:
            return
        self._complaints[key or text] = now
        print("%s: %s" % (self.bot_id, text), file=sys.stderr, flush=True)

    def _complain_of_link(self, failure):
        self._link_complaint = True
        text = "Redis: %s: %s" % (type(failure).__name__, failure)
        refused = str(failure).startswith(("WRONGPASS", "NOAUTH"))  # redis-py 4 has no class for it
        if refused or isinstance(failure, redis.exceptions.AuthenticationError):
            text += " (check user and password)"
        self._complain(text[:1000])

    def _complain_of_input(self, where, why):
        self._unreadable += 1
        self._complain(
            "%s: unreadable (%d so far): %s" % (where, self._unreadable, why[:200]), where
        )

    # -- presence -----------------------------------------------------------------------------

    def _step_aside(self, other):
        """Two bots with one id would both obey. What the floor wants is asked anew afterwards."""
        if self.state == "running":
            self._stopped_aside = True
            try:
                self.on_stop()
            except Exception:
                traceback.print_exc()
        self.state = "starting"
        self._briefed = False
        self._failure = self._crash = ""
        self._held = {}
        self._position = None  # what is written until then is for the other
        self._complain(
            "%s has this id: no prices and no commands are taken until it ends" % other, "aside"
        )

    def _other(self, text):
        """Whom a presence belongs to; None if it is ours or nobody's."""
        if text is None:
            return None
        try:
            there = json.loads(text)
            if there.get("instance") == self._instance:
                return None
            return "another instance (container %s)" % json.dumps(there.get("container"))[:100]
        except (ValueError, AttributeError, RecursionError):
            return "somebody unreadable"

    def _if_ours(self, change):
        """Does `change` to a transaction unless somebody else is present. Returns that one."""
        key = "OUTCRY_PRESENCE_" + self.bot_id
        with self._redis.pipeline(transaction=True) as both:
            both.watch(key)
            other = self._other(both.get(key))
            if other is None:
                both.multi()
                change(both)
                both.execute()
            return other

    def _leave(self):
        until = time.monotonic() + FAREWELL_S
        while True:
            try:
                other = self._if_ours(self._say_goodbye)
                if other is not None and self._farewell is not None:
                    self._complain("no farewell was said: %s has this id" % other)
                return
            except redis.exceptions.RedisError:
                # The lease ends by itself; a farewell is worth some patience.
                if self._farewell is None or time.monotonic() >= until:
                    return
                time.sleep(0.2)

    def _say_goodbye(self, both):
        if self._farewell is None:
            both.delete("OUTCRY_PRESENCE_" + self.bot_id)
        else:
            _add_farewell(both, self.bot_id, self._farewell)

    def _details(self):
        """As JSON. The bot's author may have put anything into them."""
        try:
            details = dict(self.details())
            if self._failure or self._crash:
                details["error"] = self._failure or self._crash
            return json.loads(json.dumps(details, allow_nan=False))
        except Exception as failure:
            return {"error": "details: " + _name(failure)}

    def _announce(self):
        presence = {
            "bot": self.bot_id,
            "ticker": self.ticker,
            "strategy": self.strategy,
            "container": self.container,
            "instance": self._instance,
            "state": self.state,
            "details": self._details(),
            "briefed": self._briefed,
        }
        other = self._if_ours(
            lambda both: both.set(
                "OUTCRY_PRESENCE_" + self.bot_id, json.dumps(presence), ex=PRESENCE_LEASE_S
            )
        )
        if other is not None:
            raise _Aside(other)

    # -- updates ------------------------------------------------------------------------------

    def _take_update(self, payload):
        where = "TICKER_UPDATES_" + self.ticker
        try:
            update = json.loads(payload)
            update = update.get("data", update)
            wrong = _wrong(update)
        except (ValueError, AttributeError, RecursionError) as failure:
            wrong = _name(failure)
        if wrong:
            self._complain_of_input(where, wrong)
            return
        try:
            if update["type"] == "price" and self.state == "running":
                self.on_price(update)
            elif update["type"] == "order":
                self.on_order(update)
        except Exception as failure:
            traceback.print_exc()
            self._crash = "on_%s: %s" % (update["type"], _name(failure))
            if self.state == "running":
                self.state = "failed"
                self._announce()

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
        self._obey_held()
        for _, entries in self._redis.xread({self._commands: self._position}, count=100):
            for entry_id, fields in entries:
                if "briefing" in fields:
                    self._take_briefing(fields["briefing"])
                else:
                    self._take_command(fields.get("command", ""))
                self._position = entry_id

    def _obey_held(self):
        while self._briefed and self._held:
            message_id = next(iter(self._held))
            self._obey(self._held[message_id])
            self._held.pop(message_id, None)

    def _take_briefing(self, text):
        """What the floor wants of us. Said again until it is heard; only the first counts, since
        the commands behind it may have changed it."""
        if self._briefed:
            return
        try:
            briefing = json.loads(text)
            self._wanted = "stopped" if briefing["desired"] != "running" else "running"
            parameters = briefing.get("parameters") or {}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as failure:
            self._complain_of_input(self._commands, "briefing: " + _name(failure))
            return
        if self.state == "stopped":
            self._wanted = "stopped"  # a brake came first
        self._apply(parameters)
        self._briefed = True
        self._obey_held()
        self._announce()

    def _apply(self, parameters):
        try:
            if parameters:
                self.on_set(parameters)
            if self._wanted == "running" and self._stopped_aside:
                self._stopped_aside = False
                self.on_start()
            self.state = self._wanted
        except Exception as failure:  # to trade with other parameters would be worse
            self._failure = "the parameters in force are refused: " + str(failure)[:900]
            self.state = "failed"

    def _take_command(self, text):
        try:
            command = json.loads(text)
            wrong = _wrong_command(command)
        except (ValueError, RecursionError) as failure:
            wrong = _name(failure)
        if wrong:
            self._complain_of_input(self._commands, wrong)
        elif self._briefed or command["type"] in BRAKES or command["id"] in self._answers:
            self._obey(command)
        elif len(self._held) < MAX_HELD:  # what is dropped is written again
            self._held.setdefault(command["id"], command)

    def _obey(self, command):
        message_id = command["id"]
        # The same command again: the same answer again, and no second effect.
        answers = [self._answers.get(message_id)]
        if answers[0] is None:
            answers = [self._decide(command)]
            if answers[0].pop("brakes", False):
                answers += self._halt_held()
            for answer in answers:
                self._remember(answer)
        for answer in answers:
            self._redis.xadd(
                "OUTCRY_ACKNOWLEDGEMENTS",
                {"acknowledgement": json.dumps(answer)},
                maxlen=MAX_ACKNOWLEDGEMENTS,
            )
        self._announce()

    def _remember(self, answer):
        self._answers[answer["id"]] = answer
        while len(self._answers) > KNOWN_ANSWERS:
            del self._answers[next(iter(self._answers))]

    def _halt_held(self):
        """A start must not undo a stop that was given after it."""
        overtaken = [
            x["id"]
            for x in self._held.values()
            if x["type"] in STARTS and x.get("addressed") is True
        ]
        answers = []
        for message_id in overtaken:
            del self._held[message_id]
            answers.append(self._answer(message_id))
            answers[-1].update(
                status="error", code="halted", reason="a stop that was given later holds"
            )
        return answers

    def _answer(self, message_id):
        return {
            "id": message_id,
            "bot": self.bot_id,
            "status": "done",
            "code": "",
            "reason": "",
            "at": int(time.time() * 1000),
        }

    def _decide(self, command):
        answer = self._answer(command["id"])
        expires = command.get("expiresAt", 0)
        if not command.get("addressed", False):
            answer.update(status="ignored", reason="not addressed")
        elif expires and answer["at"] > expires:
            answer.update(status="error", code="expired", reason="it came too late")
        else:
            try:
                self._execute(command, answer)
                json.dumps(answer, allow_nan=False)
            except Refused as refusal:
                answer.update(
                    status="error", code=str(refusal.code)[:64], reason=str(refusal.reason)[:1000]
                )
            except Exception as failure:  # a bot that fails must say so
                answer.update(
                    status="error", code="strategy_error", reason=str(failure)[:1000]
                )
                answer.pop("result", None)
        return answer

    def _execute(self, command, answer):
        wish = command["type"]
        if wish in BRAKES:
            was, self.state = self.state, "stopped"
            self._wanted = "stopped"
            self._stopped_aside = False
            answer["brakes"] = True
            self.on_stop()
            answer["reason"] = "was stopped already" if was == "stopped" else "stopped"
        elif wish == "start":
            if self._failure:
                raise Refused("bot_failed", self._failure)
            was = self.state
            self.on_start()
            self._crash = ""
            self._stopped_aside = False
            self.state = self._wanted = "running"
            answer["reason"] = "was running already" if was == "running" else "started"
        elif wish == "set":
            answer["result"] = self.on_set(command.get("config") or {})
            if self._failure:
                self._failure = ""
                self.state = self._wanted
        elif wish == "status":
            answer["result"] = {"state": self.state, "details": self._details()}
        else:
            raise Refused("unsupported", "this bot cannot " + str(wish))


def say_farewell(link, bot_id, reason):
    """The bot is never to come back. Obeyed once its presence has ended."""
    both = link.pipeline(transaction=True)
    _add_farewell(both, bot_id, reason)
    both.execute()


def _add_farewell(both, bot_id, reason):
    word = {"bot": bot_id, "reason": reason, "at": int(time.time() * 1000)}
    both.delete("OUTCRY_PRESENCE_" + bot_id)
    both.xadd(
        "OUTCRY_ACKNOWLEDGEMENTS", {"farewell": json.dumps(word)}, maxlen=MAX_ACKNOWLEDGEMENTS
    )


def _name(failure):
    return ("%s: %s" % (type(failure).__name__, failure))[:900]


def _is_decimal(value):
    if type(value) is str:
        return len(value) <= 64 and DECIMAL.fullmatch(value) is not None
    return type(value) in (int, float) and abs(value) < float("inf")


def _wrong(update):
    """What is wrong with a ticker update, or nothing."""
    if type(update) is not dict:
        return "data: expected an object, found " + type(update).__name__
    kind = update.get("type")
    if type(kind) is not str:
        return "type: expected text, found " + type(kind).__name__
    if kind == "price" and not _is_decimal(update.get("price")):
        return "price: expected a decimal, found " + repr(update.get("price"))[:100]
    volume = update.get("volume")
    if kind == "price" and volume is not None and not _is_decimal(volume):
        return "volume: expected a decimal or null, found " + repr(volume)[:100]
    return ""


def _wrong_command(command):
    if type(command) is not dict:
        return "command: expected an object, found " + type(command).__name__
    for name in ("id", "type"):
        if type(command.get(name)) is not str:
            return name + ": expected text, found " + type(command.get(name)).__name__
    if type(command.get("expiresAt", 0)) is not int:
        return "expiresAt: expected a whole number"
    return ""


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
