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
from decimal import ROUND_DOWN, Decimal, InvalidOperation

import redis

PRESENCE_LEASE_S = 6
HEARTBEAT_S = 2
KNOWN_ANSWERS = 1000
MAX_ACKNOWLEDGEMENTS = 10000
MAX_HELD = 1000
MAX_ORDERS = 10000
OWN_ORDERS_LOOKED_AT = 1000
OWN_ANSWERS_LOOKED_AT = 1000
ASK_AGAIN_S = 5  # what became of an order, if nobody says it
CANCEL_AGAIN_S = 30
OVER = ("never_sent", "filled", "canceled", "expired", "replaced", "rejected")
RESTING = ("accepted", "new", "partially_filled", "done_for_day")
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

    With orders=True it trades through the floor: submit() and cancel() say what it wants,
    on_order_event() hears what became of it, `position` and `open_orders` are what its orders have
    come to. These, too, are for the thread of run() only.

    While one of them runs nothing else happens: a stop waits for its end, and a call that takes
    longer than PRESENCE_LEASE_S makes the bot absent. What on_price or on_order raises is printed
    and makes a running bot "failed", with the reason in its details: no prices until a start."""

    def __init__(self, url, ticker, strategy, bot_id=None, container="container", orders=False):
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
        self._lost = None  # why an answer could not be written
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
        self._trades = orders
        self._forget_orders()
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

    def on_order_event(self, event):
        """Something happened to one of our orders: "event" ("new", "fill", "partial_fill",
        "canceled", "refused", ...), "number", "side", "status", "reason", ...; "price" and "qty" of
        this fill, "filledQty" and "averagePrice" of the whole order are Decimal. Comes once, after
        `position` and `open_orders` have taken it in."""

    def details(self):
        return {}

    # -- orders ------------------------------------------------------------------------------

    def submit(self, side, qty=None, notional=None, limit_price=None, stop_price=None,
               time_in_force="day", extended_hours=False):
        """Asks the floor for an order and returns its number; on_order_event tells the rest, a
        refusal too. side: "buy" or "sell"; one of qty (shares) and notional (money, market orders
        only); with a limit_price it is a limit order, with a stop_price a stop order. Never sent
        twice, and never again: while Redis is away it is refused some seconds later."""
        if not self._trades:
            raise Refused("unsupported", "the bot was made without orders=True")
        if self._last_event < 0 or self.state != "running" and self._leaving is None:
            raise Refused("halted", "a bot that is %s does not order" % self.state)
        terms = {"side": side, "type": _order_type(limit_price, stop_price)}
        for name, value in (("qty", qty), ("notional", notional), ("limitPrice", limit_price),
                            ("stopPrice", stop_price)):
            if value is not None:
                terms[name] = _plain(name, value)
        terms.update(timeInForce=time_in_force, extendedHours=bool(extended_hours))
        order = self._number_order(terms)
        self._write_order("order", order)
        return order["number"]

    def _number_order(self, terms):
        """An order that is about to be written."""
        self._number += 1
        self.open_orders[self._number] = _figures({**terms, "status": "asked", "filledQty": 0,
                                                   "averagePrice": 0})
        self._unanswered[self._number] = time.monotonic()
        return {"bot": self.bot_id, "number": self._number, **terms}

    def cancel(self, number):
        """Asks for what is left of an order to be cancelled, as long as it takes."""
        if number in self.open_orders and number not in self._cancels:
            self._cancel_now(number)

    def _cancel_now(self, number):
        self._cancels[number] = time.monotonic()
        self._write_order("cancel", {"bot": self.bot_id, "number": number})

    def _write_order(self, field, content):
        try:
            self._redis.xadd("OUTCRY_ORDERS", {field: json.dumps(content)}, maxlen=MAX_ORDERS)
        except redis.exceptions.RedisError as failure:
            # Perhaps it is written all the same: asked about, and never written again.
            self._complain_of_link(failure)

    def _forget_orders(self):
        self.position = Decimal(0)
        self.open_orders = {}  # number -> what it asked for and how far it is
        self._last_event = -1  # seq; -1: the floor has not said how our orders stand
        self._number = 0  # the highest we have used
        self._unanswered = {}  # number -> when it was asked for, or about
        self._cancels = {}  # number -> when that was written
        self._refused = set()  # numbers that were answered before their event came
        self._leaving = None  # the exit that is being carried out
        self._entering = {}  # number -> the enter whose order it is

    def _remind_of_orders(self):
        now = time.monotonic()
        for number, asked in list(self._unanswered.items()):
            if now - asked >= ASK_AGAIN_S:
                self._unanswered[number] = now
                self._write_order("settle", {"bot": self.bot_id, "number": number})
        for number, asked in list(self._cancels.items()):
            if number not in self.open_orders:
                del self._cancels[number]
            elif now - asked >= CANCEL_AGAIN_S:
                self._cancel_now(number)

    def _take_orders(self, text):
        """How our orders stand, for a bot that comes without knowing."""
        if not self._trades or self._last_event >= 0:
            return
        try:
            account = json.loads(text)
            position = Decimal(account["position"])
            orders = {x["number"]: _figures(x) for x in account["open"]}
            seq, number = int(account["seq"]), int(account["number"])
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError) as failure:
            self._complain_of_input(self._commands, "orders: " + _name(failure))
            return
        self.position, self.open_orders = position, orders
        # The floor may not have read yet what we wrote in an earlier life.
        self._number = max(number, self._last_number_written())
        self._last_event = seq

    def _last_number_written(self):
        highest = 0
        for _, fields in self._redis.xrevrange("OUTCRY_ORDERS", count=OWN_ORDERS_LOOKED_AT):
            try:
                order = json.loads(fields.get("order", "{}"))
                if order.get("bot") == self.bot_id:
                    highest = max(highest, int(order["number"]))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        return highest

    def _take_order_answer(self, text):
        try:
            answer = _figures(json.loads(text))
            number, status = int(answer["number"]), answer["status"]
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError) as failure:
            self._complain_of_input(self._commands, "order_answer: " + _name(failure))
            return
        if self._unanswered.pop(number, None) is None:
            return
        if number in self._entering and number not in self.open_orders:
            self._note_enter(number, answer)
        if status == "never_sent" and number in self.open_orders:
            # Some refusals have no event.
            self._refused.add(number)
            answer.update(self.open_orders[number], event="refused", status=status,
                          price=Decimal(0), qty=Decimal(0))
            self._settle_event(number, answer)

    def _take_order_event(self, text):
        try:
            event = _figures(json.loads(text))
            seq, after, number = int(event["seq"]), int(event["after"]), int(event["number"])
            fill = event["qty"] if event["side"] == "buy" else -event["qty"]
        except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError) as failure:
            self._complain_of_input(self._commands, "order_event: " + _name(failure))
            return
        # One that we have not heard was lost: both come again.
        if self._last_event < 0 or seq <= self._last_event or after > self._last_event:
            return
        self._last_event = seq
        self._number = max(self._number, number)
        self._unanswered.pop(number, None)
        if number in self._refused:
            self._refused.discard(number)
            return
        self.position += fill
        self._settle_event(number, event)

    def _settle_event(self, number, event):
        if self._leaving is not None and number == self._leaving["order"] and event.get("reason"):
            self._leaving["why"] = event["reason"]
        self._note_enter(number, event)
        if event["status"] in OVER:
            self.open_orders.pop(number, None)
        else:
            order = self.open_orders.setdefault(number, {})
            for name in ("side", "type", "status", "filledQty", "averagePrice"):
                order[name] = event[name]
        try:
            self.on_order_event(event)
        except Exception as failure:
            self._note_crash("on_order_event", failure)

    # -- leaving a position -----------------------------------------------------------------

    def _begin_exit(self, command, answer):
        """Stops, cancels what is open, and sells what is owned, until nothing is left."""
        if not self._trades:
            raise Refused("unsupported", "this bot cannot exit")
        config = command.get("config") or {}
        _refuse_others(config, "limit_price", "then")
        limit = _argument(config, "limit_price", "a price above 0")
        # The start itself is the floor's: our gate is shut until it knows that we are flat.
        if "then" in config and config["then"] != "start":
            raise _invalid("then", "start", config)
        if self._leaving is not None:
            raise Refused("halted", "the exit before it is not over")
        self.state = self._wanted = "stopped"
        self._stopped_aside = False
        answer["brakes"] = True
        self._halt_enters("an exit")
        self.on_stop()
        self._leaving = {"id": command["id"], "limit": limit, "order": None, "tries": 0,
                         "expires": command.get("expiresAt", 0)}
        answer.update(status="pending", reason="it is leaving its position")

    def _pursue_exit(self):
        exit = self._leaving
        if exit is None:
            return
        late = exit["expires"] and time.time() * 1000 > exit["expires"]
        others = [x for x in self.open_orders if x != exit["order"]]
        for number in others:
            self.cancel(number)
        if exit["order"] in self.open_orders:
            if late:
                self.cancel(exit["order"])
            return
        if others:
            return
        if self.position == 0:
            self._end_exit("done", "", "flat" if exit["tries"] else "there was nothing to close")
        elif late:
            self._end_exit("error", "expired", "it came too late")
        elif exit["tries"] >= 3:
            self._end_exit("error", "refused", "3 orders were not filled: " + exit.get("why", ""))
        else:
            self._order_exit(exit)

    def _order_exit(self, exit):
        qty, limit = abs(self.position), exit["limit"]
        if limit is not None:
            # The broker takes a part of a share in a market order only.
            qty = qty.to_integral_value(ROUND_DOWN)
            if qty == 0:
                self._end_exit("error", "refused", "a part of a share is not sold at a limit price")
                return
        exit["tries"] += 1
        side = "sell" if self.position > 0 else "buy"
        exit["order"] = self.submit(
            side, qty=qty, limit_price=limit, extended_hours=limit is not None
        )

    def _end_exit(self, status, code, reason):
        exit, self._leaving = self._leaving, None
        if status != "done":
            reason += "; position %s is left and the bot stays stopped" % self.position
        answer = self._answer(exit["id"])
        answer.update(status=status, code=code, reason=reason[:1000])
        answer["result"] = {"position": str(self.position)}
        self._remember(answer)
        self._say(answer)

    # -- an order of the operator's ---------------------------------------------------------

    def _begin_enter(self, command, answer):
        """The order's number is told with the pending answer, in one step with the order itself:
        a bot that was restarted hears it with the command, or finds it where it was told."""
        if not self._trades:
            raise Refused("unsupported", "this bot cannot enter")
        terms = _enter_terms(command.get("config") or {})
        number = command["begun"]
        if number is None:
            if self.state != "running":
                raise Refused("halted", "the bot is " + self.state)
            answer["order"] = self._number_order(terms)
            number = answer["order"]["number"]
        else:
            self._number = max(self._number, number)
            if number not in self.open_orders:  # over, never taken, or still in the stream
                self._unanswered[number] = time.monotonic() - ASK_AGAIN_S
        self._entering[number] = {
            "id": command["id"], "rests": "limitPrice" in terms, "code": "", "reason": "",
            "expires": command.get("expiresAt", 0), "words": _order_words(terms, self.ticker),
        }
        self._note_enter(number, self.open_orders.get(number) or {
            "status": "asked", "filledQty": Decimal(0), "averagePrice": Decimal(0)})
        answer.update(status="pending", result={"order": number},
                      reason=self._entering[number]["words"] + " is being sent")

    def _begun_number(self, command):
        """The order's number, of an enter that an earlier life of ours has begun. The floor says
        it with the command, unless it has not read yet what we told it."""
        if command["type"] != "enter" or not self._trades:
            return None
        noted = _noted_number(command.get("noted"))
        if noted is not None:
            return noted
        told = self._redis.xrevrange("OUTCRY_ACKNOWLEDGEMENTS", count=OWN_ANSWERS_LOOKED_AT)
        for _, fields in told:
            try:
                answer = json.loads(fields.get("acknowledgement", "{}"))
                if (answer["id"], answer["bot"]) == (command["id"], self.bot_id):
                    return _noted_number(answer.get("result"))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        return None

    def _note_enter(self, number, news):
        if number in self._entering:
            names = ("status", "filledQty", "averagePrice", "code", "reason")
            self._entering[number].update({x: news[x] for x in names if x in news})

    def _pursue_enters(self):
        for number, enter in list(self._entering.items()):
            status, filled = enter["status"], _filled_words(enter)
            late = enter["expires"] and time.time() * 1000 > enter["expires"]
            if status == "filled":
                self._end_enter(number, "done", "", filled)
            elif status in RESTING and enter["rests"]:
                reason = "resting at the broker: %s, %s" % (enter["words"], filled)
                self._end_enter(number, "done", "", reason)
            elif status in ("never_sent", "rejected"):
                self._end_enter(
                    number, "error", enter["code"] or "refused", enter["reason"] or status
                )
            elif status in OVER:
                code = "expired" if late else "refused"
                if self._wanted == "stopped":  # before we came
                    code = "halted"
                self._end_enter(number, "error", code, "%s: %s" % (status, filled))
            elif late or self._wanted == "stopped":
                self.cancel(number)

    def _halt_enters(self, what):
        for number in list(self._entering):
            self.cancel(number)
            self._end_enter(number, "error", "halted", what + " came before it was done")

    def _end_enter(self, number, status, code, reason):
        enter = self._entering.pop(number)
        answer = self._answer(enter["id"])
        answer.update(status=status, code=code[:64], reason=reason[:1000])
        answer["result"] = {
            "order": number, "status": enter["status"],
            "filled": format(enter["filledQty"], "f"),
            "average_price": format(enter["averagePrice"], "f"),
        }
        self._remember(answer)
        self._say(answer)

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
            self._pursue_exit()
            self._pursue_enters()
            self._remind_of_orders()
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
        self._forget_orders()
        # What was begun is begun anew.
        self._answers = {x: y for x, y in self._answers.items() if y["status"] != "pending"}
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
        if self._trades:
            presence["lastEvent"] = self._last_event
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
            if self._note_crash("on_" + update["type"], failure):
                self._announce()

    def _note_crash(self, where, failure):
        traceback.print_exc()
        self._crash = "%s: %s" % (where, _name(failure))
        if self.state != "running":
            return False
        self.state = "failed"
        return True

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
        heard = self._last_event
        for _, entries in self._redis.xread({self._commands: self._position}, count=100):
            for entry_id, fields in entries:
                if "briefing" in fields:
                    self._take_briefing(fields["briefing"])
                elif "orders" in fields:
                    self._take_orders(fields["orders"])
                elif "order_answer" in fields:
                    self._take_order_answer(fields["order_answer"])
                elif "order_event" in fields:
                    self._take_order_event(fields["order_event"])
                else:
                    self._take_command(fields.get("command", ""))
                self._position = entry_id
        if self._last_event != heard:
            self._announce()

    def _obey_held(self):
        while self._briefed and self._held:
            message_id = next(iter(self._held))
            self._obey(self._held[message_id])
            self._held.pop(message_id, None)

    def _take_briefing(self, text):
        """What the floor wants of us. Said again until it is heard; only the first counts, since
        the commands behind it may have changed it."""
        if self._briefed or self._trades and self._last_event < 0:
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
        answers, order = [self._answers.get(message_id)], None
        if answers[0] is None:
            answers = [self._decide(command)]
            order = answers[0].pop("order", None)
            if answers[0].pop("brakes", False):
                answers += self._halt_held()
            for answer in answers:
                self._remember(answer)
        for answer in answers:
            self._say(answer, order)
            order = None
        self._announce()

    def _say(self, answer, order=None):
        """Both or nothing."""
        try:
            with self._redis.pipeline(transaction=True) as both:
                both.xadd(
                    "OUTCRY_ACKNOWLEDGEMENTS",
                    {"acknowledgement": json.dumps(answer)},
                    maxlen=MAX_ACKNOWLEDGEMENTS,
                )
                if order is not None:
                    both.xadd("OUTCRY_ORDERS", {"order": json.dumps(order)}, maxlen=MAX_ORDERS)
                both.execute()
        except redis.exceptions.RedisError as failure:
            self._lost = failure
            raise

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
        command["begun"] = self._begun_number(command)
        if not command.get("addressed", False):
            answer.update(status="ignored", reason="not addressed")
        elif expires and answer["at"] > expires and command["begun"] is None:
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
                if failure is self._lost:
                    raise  # not the strategy's: the command is read, and obeyed, again
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
            if self._leaving is not None:
                self._end_exit("error", "halted", "a stop that was given later holds")
            self._halt_enters("a stop")
            self.on_stop()
            answer["reason"] = "was stopped already" if was == "stopped" else "stopped"
        elif wish == "start":
            if self._failure:
                raise Refused("bot_failed", self._failure)
            if self._leaving is not None:
                raise Refused("halted", "the exit before it is not over")
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
        elif wish == "exit":
            self._begin_exit(command, answer)
        elif wish == "enter":
            self._begin_enter(command, answer)
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


def _figures(x):
    """With the figures of an order or event as Decimal."""
    for name in ("price", "qty", "notional", "limitPrice", "stopPrice", "filledQty",
                 "averagePrice"):
        if name in x:
            x[name] = Decimal(x[name])
    return x


def _order_type(limit_price, stop_price):
    if stop_price is None:
        return "market" if limit_price is None else "limit"
    return "stop" if limit_price is None else "stop_limit"


def _plain(name, value):
    """A number as the floor reads it; a float as it is printed."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number <= 0:
        raise Refused("invalid_input", "%s: expected a number above 0, found %r" % (name, value))
    return format(number, "f")


def _invalid(name, expected, config):
    found = json.dumps(config[name])[:80] if name in config else "nothing"
    return Refused("invalid_config", "config.%s: expected %s, found %s" % (name, expected, found))


def _refuse_others(config, *names):
    for name in config:
        if name not in names and name != "expires_s":
            raise _invalid(name, "no other argument than " + ", ".join(names), config)


def _argument(config, name, expected):
    """A figure of a command, as the floor reads it."""
    if name not in config:
        return None
    if not _is_decimal(config[name]) or Decimal(str(config[name])) <= 0:
        raise _invalid(name, expected, config)
    return format(Decimal(str(config[name])), "f")


def _enter_terms(config):
    _refuse_others(config, "side", "qty", "notional", "limit_price")
    if config.get("side") not in ("buy", "sell"):
        raise _invalid("side", "buy or sell", config)
    if ("qty" in config) == ("notional" in config):
        raise _invalid("qty", "either qty or notional", config)
    if "notional" in config and "limit_price" in config:
        raise _invalid(
            "limit_price", "none beside notional, which is for market orders", config
        )
    limit = _argument(config, "limit_price", "a price above 0")
    figures = {
        "qty": _argument(config, "qty", "a number of shares above 0"),
        "notional": _argument(config, "notional", "an amount of money above 0"),
        "limitPrice": limit,
    }
    return {
        "side": config["side"], "type": _order_type(limit, None),
        **{name: value for name, value in figures.items() if value is not None},
        "timeInForce": "day", "extendedHours": limit is not None,
    }


def _noted_number(noted):
    number = noted.get("order") if type(noted) is dict else None
    return number if type(number) is int and number > 0 else None


def _order_words(terms, ticker):
    what = terms.get("qty") or terms["notional"] + " of"
    where = terms.get("limitPrice") or "the market"
    return "%s %s %s at %s" % (terms["side"], what, ticker, where)


def _filled_words(enter):
    words = format(enter["filledQty"], "f") + " filled"
    if enter["averagePrice"] > 0:
        words += " at " + format(enter["averagePrice"], "f")
    return words


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
