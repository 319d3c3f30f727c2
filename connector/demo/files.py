"""The files of a demo: a configuration like anybody's, the guard's lines for a small helpdesk, and the secret."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connector.demo.invoices import TABLE

HELPDESK = "demo"
GROUP = "Customer Success"
"""The group that alert tickets go to."""

_SECRET = "client-secret"  # noqa: S105 - the file's name.

_CONFIG = """\
# Written by `touchcost demo` for a simulated helpdesk on this machine. Every key is explained in config.example.yaml.
version: 1
store: sqlite:///touchcost.db

helpdesks:
  - name: {name}
    kind: zendesk
    url: {url}
    auth:
      client_id: {client_id}
      client_secret: file:{secret}
    since: {since}
    every: 1m
    time_zone: UTC
    account: [organization, email_domain]
    fields:
{fields}
    # Days pass in seconds here. On a real helpdesk leave these two out: all apps together have 10 exports a minute.
    requests_per_minute: 60000
    exports_per_minute: 60000
    write:
      policy: sync
      group: {group}

# What the demo's billing exports; in this helpdesk one customer pays one invoice late.
billing:
  - {{kind: csv, path: {invoices}, match: [name]}}

cost:
  currency: EUR
  per_hour: "60.00"

# The shipped rules with their own lines and holds; guard.yaml has no rules.
rules: [builtin:starter, guard.yaml]
"""

_GUARD = """\
version: 1
guard:
  # The shipped shares (2 % new in a cycle, 3 % open) are made for many hundreds of accounts; of so few as here they
  # would hold every alert until somebody approves.
  max_new_per_run: 40
  max_new_share: 50%
  max_open_share: 50%
  max_new_per_week: 40
  # The shipped `adopt` puts what is open at the beginning on one list. Here each account gets its own ticket at once.
  first_run: alert
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How the simulated helpdesk is reached, and which of our words its organisations have a field for."""

    url: str
    client_id: str
    secret: str
    fields: tuple[tuple[str, str], ...]
    """Our word, and the key of the field."""


def write_files(folder: Path, access: Access, *, since: date) -> Path:
    """Writes config.yaml, guard.yaml and the secret into the folder; the configuration's path."""
    secret = folder / _SECRET
    secret.touch(mode=0o600)
    secret.write_text(f"{access.secret}\n")
    (folder / "guard.yaml").write_text(_GUARD)
    config = folder / "config.yaml"
    config.write_text(
        _CONFIG.format(
            name=HELPDESK,
            url=access.url,
            client_id=access.client_id,
            secret=_SECRET,
            since=since.isoformat(),
            fields="\n".join(f"      {word}: {key}" for word, key in access.fields),
            group=GROUP,
            invoices=TABLE,
        )
    )
    return config
