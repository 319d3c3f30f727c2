"""The tables. Facts come first, then what was decided, then what is written into the helpdesks.

Every table but `setting` belongs to a helpdesk by its number, first in every key. Times of facts are seconds since
1970 in UTC, other times a `Moment`; days are `date.toordinal()` in the helpdesk's zone. No message text and no name or
address of a person stands anywhere.
"""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, SmallInteger, Text

from connector.store.keyed import METADATA as METADATA
from connector.store.keyed import helpdesk, key, numbered, table
from connector.store.types import Exact, Json, Moment, Name

SETTING = table("setting", key("name"), Column("value", Text, nullable=False))

HELPDESK = numbered(
    "helpdesk",
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text),
    Column("host", Text),
    Column("account", Text),
    Column("capabilities", Json),
    Column("filling", SmallInteger, nullable=False),
    # 1: the totals do not stand on the basis that is remembered here, and are to be built.
    Column("due", SmallInteger, nullable=False),
    Column("basis", Json),
    Column("facts_from", BigInteger),
    Column("kept_from", BigInteger),
    Column("judged_at", Moment),
    Column("own", BigInteger),
    Column("ignored", Json),
)

STREAM = table("stream", helpdesk(), key("stream"), Column("newest", BigInteger))

WALK = numbered(
    "walk",
    Column("helpdesk", Integer, nullable=False),
    Column("stream", Text, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment),
    Column("cursor", Text),
    Column("reached", Moment),
    Column("done", SmallInteger, nullable=False, default=0),
    Column("version", Integer, nullable=False, default=0),
    Column("newest", BigInteger),
    Column("filling", SmallInteger, nullable=False),
)

ACCOUNT = table(
    "account",
    helpdesk(),
    key("id"),
    Column("name", Text, nullable=False),
    Column("external_id", Text),
    Column("created", Moment),
    Column("deleted", SmallInteger, nullable=False),
    Column("fields", Json, nullable=False),
    Column("merged_into", Name),
)

DOMAIN = table("domain", helpdesk(), key("domain"), key("account"))

AGENT = table(
    "agent", helpdesk(), key("key", BigInteger), Column("since", BigInteger, nullable=False), Column("group", Text)
)

TICKET = table(
    "ticket",
    helpdesk(),
    key("id", BigInteger),
    Column("organization", Text),
    Column("domain", Text),
    Column("requester", BigInteger, nullable=False),
    Column("assignee", BigInteger),
    Column("channel", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("own", SmallInteger, nullable=False),
    Column("tags", Text, nullable=False),
    Column("problem", BigInteger),
    Column("account", Name, nullable=False),
    # 1: its older events were pruned, so the first timer total that is left is only a base.
    Column("cut", SmallInteger, nullable=False),
)
Index("ticket_of_account", TICKET.c.helpdesk, TICKET.c.account, TICKET.c.created)

EVENT = table(
    "event",
    helpdesk(),
    key("ticket", BigInteger),
    key("id", BigInteger),
    Column("at", BigInteger, nullable=False),
    Column("author", BigInteger, nullable=False),
    Column("group", Text),
    Column("comment", SmallInteger, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("timer", BigInteger),
    Column("merge", SmallInteger, nullable=False),
    Column("spent", BigInteger),
)

ACCOUNT_DAY = table(
    "account_day",
    helpdesk(),
    key("account"),
    key("day", Integer),
    Column("tickets", Integer, nullable=False),
    Column("solved", Integer, nullable=False),
    Column("reopens", Integer, nullable=False),
)

EFFORT_DAY = table(
    "effort_day",
    helpdesk(),
    key("account"),
    key("day", Integer),
    key("group"),
    key("channel"),
    key("kind", SmallInteger),
    key("method", SmallInteger),
    key("own_fault", SmallInteger),
    Column("count", Integer, nullable=False),
    Column("seconds", BigInteger, nullable=False),
)

CHANGED = table("changed", helpdesk(), key("account"))

REVENUE = table(
    "revenue",
    helpdesk(),
    key("line", Integer),
    Column("account", Name, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
)

INVOICE = table(
    "invoice",
    helpdesk(),
    key("account"),
    key("number"),
    Column("due", Date, nullable=False),
    Column("paid", Date),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
)

ALERT = table(
    "alert",
    helpdesk(),
    key("account"),
    key("rule"),
    Column("phase", Text, nullable=False),
    Column("level", SmallInteger),
    Column("opened_at", Moment),
    Column("state", Text, nullable=False),
)

TRANSITION = numbered(
    "transition",
    Column("helpdesk", Integer, nullable=False),
    Column("account", Name, nullable=False),
    Column("rule", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("step", Text, nullable=False),
    Column("transition", Text, nullable=False),
)
Index("transition_of_account", TRANSITION.c.helpdesk, TRANSITION.c.account, TRANSITION.c.at)
Index("transition_in_time", TRANSITION.c.helpdesk, TRANSITION.c.at)

RULE = table(
    "rule",
    helpdesk(),
    key("rule"),
    Column("signal", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("planned_at", Moment),
)

VERDICT_DAY = table(
    "verdict_day",
    helpdesk(),
    key("account"),
    key("rule"),
    key("day", Integer),
    Column("value", Exact),
    Column("condition", SmallInteger),
    Column("operands", Json, nullable=False),
    Column("lines", Text, nullable=False),
)

MARK = table(
    "mark",
    helpdesk(),
    key("account"),
    key("kind"),
    key("name"),
    Column("value", Text),
    Column("wanted_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("vetoed_at", Moment),
    Column("unwanted_at", Moment),
)

ALERT_TICKET = table(
    "alert_ticket",
    helpdesk(),
    key("key"),
    Column("account", Name, nullable=False),
    Column("number", Integer, nullable=False),
    Column("ticket", BigInteger),
    Column("wanted_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("status", Text),
    Column("ended_at", Moment),
    Column("heard_update", BigInteger),
    Column("heard_at", Moment),
    Column("owner", BigInteger),
)

ANSWER = numbered(
    "answer",
    Column("helpdesk", Integer, nullable=False),
    Column("account", Name, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", BigInteger),
    Column("until", Moment),
    Column("rules", Json, nullable=False),
    Column("command", Text, nullable=False),
)
Index("answer_of_account", ANSWER.c.helpdesk, ANSWER.c.account, ANSWER.c.at)

MESSAGE = table(
    "message",
    helpdesk(),
    key("key"),
    Column("account", Name, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rules", Json, nullable=False),
    Column("wanted_at", Moment, nullable=False),
    Column("sent_at", Moment),
)

OUTBOX = numbered(
    "outbox",
    Column("helpdesk", Integer, nullable=False),
    Column("account", Name, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text),
    Column("rank", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False),
    Column("job", Text),
    Column("cause", Text, nullable=False),
)
Index("outbox_key", OUTBOX.c.helpdesk, OUTBOX.c.key, unique=True)

HELD_PLAN = table(
    "held_plan",
    helpdesk(),
    key("id"),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("hold", Text, nullable=False),
)

WEEK = table("week", helpdesk(), key("at", Moment), Column("for_review", Integer, nullable=False))

CYCLE = numbered(
    "cycle",
    Column("helpdesk", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("as_of", Moment),
    Column("end", Text),
    Column("sentence", Text, nullable=False),
    Column("counts", Json, nullable=False),
)
Index("cycle_in_time", CYCLE.c.helpdesk, CYCLE.c.began_at)
