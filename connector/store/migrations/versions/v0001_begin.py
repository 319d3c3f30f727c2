"""The first version of the store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates every table."""
    _create_setting()
    _create_helpdesk()
    _create_stream()
    _create_walk()
    _create_account()
    _create_domain()
    _create_agent()
    _create_ticket()
    _create_event()
    _create_account_day()
    _create_effort_day()
    _create_changed()
    _create_revenue()
    _create_alert()
    _create_transition()
    _create_rule()
    _create_verdict_day()
    _create_mark()
    _create_alert_ticket()
    _create_answer()
    _create_message()
    _create_outbox()
    _create_held_plan()
    _create_cycle()


def _create_setting() -> None:
    op.create_table(
        "setting",
        sa.Column("name", _NAME, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_helpdesk() -> None:
    op.create_table(
        "helpdesk",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.Text()),
        sa.Column("host", sa.Text()),
        sa.Column("account", sa.Text()),
        sa.Column("filling", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.SmallInteger(), nullable=False),
        sa.Column("basis", sa.Text()),
        sa.Column("facts_from", sa.BigInteger()),
        sa.Column("kept_from", sa.BigInteger()),
        sa.Column("judged_at", sa.BigInteger()),
        sa.Column("own", sa.BigInteger()),
        sa.Column("ignored", sa.Text()),
        sqlite_autoincrement=True,
    )


def _create_stream() -> None:
    op.create_table(
        "stream",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("stream", _NAME, primary_key=True, autoincrement=False),
        sa.Column("newest", sa.BigInteger()),
        sqlite_with_rowid=False,
    )


def _create_walk() -> None:
    op.create_table(
        "walk",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("helpdesk", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger()),
        sa.Column("cursor", sa.Text()),
        sa.Column("reached", sa.BigInteger()),
        sa.Column("done", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("newest", sa.BigInteger()),
        sa.Column("filling", sa.SmallInteger(), nullable=False),
        sqlite_autoincrement=True,
    )


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", _NAME, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("created", sa.BigInteger()),
        sa.Column("deleted", sa.SmallInteger(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_domain() -> None:
    op.create_table(
        "domain",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("domain", _NAME, primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def _create_agent() -> None:
    op.create_table(
        "agent",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.Text()),
        sqlite_with_rowid=False,
    )


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("organization", sa.Text()),
        sa.Column("domain", sa.Text()),
        sa.Column("requester", sa.BigInteger(), nullable=False),
        sa.Column("assignee", sa.BigInteger()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("own", sa.SmallInteger(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("cut", sa.SmallInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ticket_of_account", "ticket", ["helpdesk", "account", "created"])


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("ticket", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.Text()),
        sa.Column("comment", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("timer", sa.BigInteger()),
        sa.Column("merge", sa.SmallInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_account_day() -> None:
    op.create_table(
        "account_day",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("reopens", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_effort_day() -> None:
    op.create_table(
        "effort_day",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("group", _NAME, primary_key=True, autoincrement=False),
        sa.Column("channel", _NAME, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("method", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_changed() -> None:
    op.create_table(
        "changed",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def _create_revenue() -> None:
    op.create_table(
        "revenue",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("rule", _NAME, primary_key=True, autoincrement=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("level", sa.SmallInteger()),
        sa.Column("opened_at", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_transition() -> None:
    op.create_table(
        "transition",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("helpdesk", sa.Integer(), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("transition_in_time", "transition", ["helpdesk", "at"])
    op.create_index("transition_of_account", "transition", ["helpdesk", "account", "at"])


def _create_rule() -> None:
    op.create_table(
        "rule",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("rule", _NAME, primary_key=True, autoincrement=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.BigInteger()),
        sqlite_with_rowid=False,
    )


def _create_verdict_day() -> None:
    op.create_table(
        "verdict_day",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("rule", _NAME, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Text()),
        sa.Column("operands", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, primary_key=True, autoincrement=False),
        sa.Column("kind", _NAME, primary_key=True, autoincrement=False),
        sa.Column("name", _NAME, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Text()),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("vetoed_at", sa.BigInteger()),
        sa.Column("unwanted_at", sa.BigInteger()),
        sqlite_with_rowid=False,
    )


def _create_alert_ticket() -> None:
    op.create_table(
        "alert_ticket",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", _NAME, primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.BigInteger()),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("status", sa.Text()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("heard_update", sa.BigInteger()),
        sa.Column("heard_at", sa.BigInteger()),
        sa.Column("owner", sa.BigInteger()),
        sqlite_with_rowid=False,
    )


def _create_answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("helpdesk", sa.Integer(), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger()),
        sa.Column("until", sa.BigInteger()),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("answer_of_account", "answer", ["helpdesk", "account", "at"])


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("key", _NAME, primary_key=True, autoincrement=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sqlite_with_rowid=False,
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("helpdesk", sa.Integer(), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("job", sa.Text()),
        sa.Column("cause", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_key", "outbox", ["helpdesk", "key"], unique=True)


def _create_held_plan() -> None:
    op.create_table(
        "held_plan",
        sa.Column("helpdesk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", _NAME, primary_key=True, autoincrement=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("hold", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_cycle() -> None:
    op.create_table(
        "cycle",
        sa.Column("id", _WHOLE, primary_key=True),
        sa.Column("helpdesk", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("as_of", sa.BigInteger()),
        sa.Column("end", sa.Text()),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("cycle_in_time", "cycle", ["helpdesk", "began_at"])
