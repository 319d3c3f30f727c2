"""Configurations that are right: what they say, and what `check` warns of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector.config.reading import Configuration, load_config
from connector.helpdesk import Finding
from connector.settings import (
    EMAIL_DOMAIN,
    ORGANIZATION,
    QUEUE,
    AccountSource,
    AlertChoice,
    BillingSettings,
    Cost,
    FieldChoice,
    HelpdeskSettings,
    Ignored,
    Secret,
    Settings,
    SourceKind,
    TagChoice,
    WritePolicy,
    WriteSettings,
)
from rules.counting.own_fault import OwnFault
from rules.facts import HelpdeskName, Rate
from rules.rule import Level

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
MINUTES = {
    "email": Decimal(5),
    "chat": Decimal(10),
    "phone": Decimal("7.5"),
    "web": Decimal(5),
    "api": Decimal(5),
    "social": Decimal(5),
    "note": Decimal(3),
    "change": Decimal("0.5"),
}
ACME = """
  - name: acme
    kind: zendesk
    url: https://acme.zendesk.com
    auth: {client_id: touchcost, client_secret: env:ACME_SECRET}
    since: 2026-01-01
"""
BETA = ACME.replace("acme", "beta").replace("ACME", "BETA")


def read(folder: Path, text: str) -> Configuration:
    path = folder / "config.yaml"
    path.write_text(text)
    return load_config(path, NOW, kinds={"zendesk"})


def only(folder: Path, text: str) -> HelpdeskSettings:
    [helpdesk] = read(folder, text).settings.helpdesks
    return helpdesk


def test_each_kind_of_helpdesk_finds_accounts_by_what_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        """
helpdesks:
  - name: acme
    kind: request_tracker
    url: https://acme.test/rt/
    auth: {token: env:ACME_TOKEN}
    since: 2026-01-01
    account: ["field: Customer id", organization, queue, queue, email_domain]
    fields: {segment: Customer segment}
"""
    )
    [helpdesk] = load_config(path, NOW, kinds={"request_tracker"}).settings.helpdesks
    field = AccountSource(kind=SourceKind.FIELD, field="Customer id")
    assert helpdesk.account == (field, ORGANIZATION, QUEUE, EMAIL_DOMAIN)
    assert [str(source) for source in helpdesk.account] == [
        "field:Customer id",
        "organization",
        "queue",
        "email_domain",
    ]
    assert helpdesk.fields == {"segment": "Customer segment"}
    assert helpdesk.url == "https://acme.test/rt"


def test_what_means_nothing_to_a_kind_of_helpdesk_is_said_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        """
defaults: {exports_per_minute: 5}
helpdesks:
  - name: acme
    kind: request_tracker
    url: https://acme.test/rt/
    auth: {token: env:ACME_TOKEN}
    since: 2026-01-01
    ignore: {tags: [spam]}
cost: {currency: EUR, per_hour: 60}
"""
    )
    found = load_config(path, NOW, kinds={"request_tracker"}).warnings
    said = [one.sentence.removeprefix(f"{path}:") for one in found if "nothing of the kind" in one.sentence]
    assert said == [
        "9:20: ignore.tags: request_tracker has nothing of the kind",
        "2:32: exports_per_minute: request_tracker has nothing of the kind",
    ]
    assert not any("bearer" in one.sentence for one in found), "its tokens do not expire"


def test_a_kind_that_says_nothing_of_itself_may_be_configured_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = ACME.replace("kind: zendesk", "kind: strange").rstrip()
    path.write_text(f"helpdesks:\n{text}\n    account: [queue]\n")
    assert load_config(path, NOW, kinds={"strange"}).settings.helpdesks[0].account == (QUEUE,)


def test_example_says_exactly_this() -> None:
    path = ROOT / "config.example.yaml"
    configuration = load_config(path, NOW, kinds={"zendesk"})
    [acme] = configuration.settings.helpdesks
    expected = HelpdeskSettings(
        name=HelpdeskName("acme"),
        kind="zendesk",
        url="https://acme.zendesk.com",
        auth={
            "client_id": "touchcost",
            "client_secret": Secret(reference="env:ACME_ZENDESK_SECRET", place=auth_place(path)),
        },
        since=date(2025, 11, 1),
        every=timedelta(minutes=15),
        time_zone="Europe/Rome",
        account=(ORGANIZATION,),
        fields={
            "revenue_month": "mrr",
            "currency": "currency",
            "seats": "seats",
            "segment": "segment",
            "customer_since": "contract_start",
            "owner": "csm",
            "renewal": "contract_end",
            "status": "customer_status",
            "strategic": "vip",
            "parent": "parent_account",
        },
        timer_field=None,
        ignore=Ignored(
            tags=frozenset({"spam"}),
            requesters=frozenset({"monitoring@acme.test"}),
            status=frozenset({"trial", "internal", "partner", "former"}),
        ),
        own_fault=OwnFault(tags=frozenset({"our_bug", "outage"}), problem_links=True),
        requests_per_minute=100,
        exports_per_minute=7,
        write=WriteSettings(
            policy=WritePolicy.REPORT_ONLY,
            prefix="care_",
            tags=TagChoice.ONE,
            fields=FieldChoice.TRUE,
            alerts=AlertChoice.TICKET,
            alert_from=Level.AMBER,
            group="Customer Success",
        ),
        cost=Cost(
            currency="EUR",
            rates=(
                Rate(per_hour=Decimal("60.00"), group=None, first=None),
                Rate(per_hour=Decimal("85.00"), group="Tier 2", first=date(2026, 1, 1)),
            ),
            gross_margin=Decimal("0.78"),
            minutes=MINUTES,
        ),
        policy=acme.policy,
        billing=(),
        retention_days=400,
        heartbeat=None,
        place=acme.place,
    )
    assert configuration.settings == Settings(
        store=f"sqlite:///{ROOT}/touchcost.db", helpdesks=(expected,), paths=(path,)
    )
    [asleep] = configuration.warnings
    assert "acme: invoices-overdue sleeps: the configuration names no table of invoices" in asleep.sentence
    assert {rule.id for rule in acme.policy.rules} >= {"cost-share", "reopens"}


def auth_place(path: Path) -> str:
    [line] = [number for number, text in enumerate(path.read_text().splitlines(), 1) if "client_secret: env" in text]
    return f"{path}:{line}:22"


def test_five_keys_are_enough(tmp_path: Path) -> None:
    acme = only(tmp_path, f"helpdesks:{ACME}")
    assert acme.every == timedelta(minutes=15)
    assert acme.time_zone == "UTC"
    assert acme.write == WriteSettings()
    assert acme.cost == Cost(minutes=MINUTES)
    assert acme.policy.rules


def test_own_keys_win_over_defaults_and_those_over_what_stands_beside(tmp_path: Path) -> None:
    helpdesk = only(
        tmp_path,
        f"""
defaults:
  every: 30m
  write: {{policy: sync, prefix: touch_}}
  own_fault: {{tags: [outage], problem_links: false}}
  cost: {{minutes: {{email: 6, note: 2}}}}
cost: {{currency: EUR, per_hour: 60, minutes: {{email: 7, chat: 9}}}}
retention_days: 500
helpdesks:{ACME}
    every: 1h
    write: {{prefix: own_}}
    own_fault: {{tags: [our_bug]}}
    cost: {{minutes: {{note: 1}}}}
""",
    )
    assert helpdesk.every == timedelta(hours=1)
    assert (helpdesk.write.policy, helpdesk.write.prefix) == (WritePolicy.SYNC, "own_")
    assert helpdesk.own_fault == OwnFault(tags=frozenset({"our_bug"}), problem_links=False)
    assert helpdesk.cost.rates == (Rate(per_hour=Decimal(60), group=None, first=None),)
    assert helpdesk.cost.minutes == {**MINUTES, "note": Decimal(1), "email": Decimal(6), "chat": Decimal(9)}
    assert helpdesk.retention_days == 500


def test_sign_in_of_a_helpdesk_is_never_mixed_with_that_of_the_defaults(tmp_path: Path) -> None:
    text = f"defaults: {{auth: {{token: env:SHARED}}}}\nhelpdesks:{ACME}"
    assert set(only(tmp_path, text).auth) == {"client_id", "client_secret"}


def test_key_with_nothing_behind_it_counts_as_left_out(tmp_path: Path) -> None:
    nothing = "    every:\n    ignore:\n    own_fault:\n    write: {group: }\n"
    text = f"defaults: {{every: 30m}}\nhelpdesks:{ACME}{nothing}"
    helpdesk = only(tmp_path, text)
    assert helpdesk.every == timedelta(minutes=30)
    assert (helpdesk.ignore, helpdesk.own_fault) == (Ignored(), OwnFault(problem_links=True))
    assert helpdesk.write.group is None


def test_helpdesks_may_stand_in_files_whose_paths_count_from_their_own_folder(tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    clients.mkdir()
    own = "name: {0}\nkind: zendesk\nurl: https://{0}.zendesk.com\nauth: {{token: file:secret}}\nsince: 2026-01-01\n"
    for name in ("beta", "alpha"):
        (clients / f"{name}.yaml").write_text(own.format(name) + "billing: [{kind: csv, path: revenue.csv}]\n")
    settings = read(tmp_path, "helpdesks: clients/*.yaml\n").settings
    assert [helpdesk.name for helpdesk in settings.helpdesks] == ["alpha", "beta"]
    assert settings.paths == (tmp_path / "config.yaml", clients / "alpha.yaml", clients / "beta.yaml")
    alpha = settings.helpdesks[0]
    assert alpha.auth["token"] == Secret(reference=f"file:{clients}/secret", place=f"{clients}/alpha.yaml:4:15")
    assert alpha.billing == (
        BillingSettings(
            kind="csv",
            path=clients / "revenue.csv",
            match=("external_id", "domain", "name"),
            place=f"{clients}/alpha.yaml:6:11",
        ),
    )


def test_list_may_name_helpdesks_and_files_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(BETA)
    settings = read(tmp_path, f"helpdesks:{ACME}  - more.yaml\n").settings
    assert [helpdesk.name for helpdesk in settings.helpdesks] == ["acme", "beta"]


def test_revenue_beside_the_helpdesks_goes_to_the_one_it_names(tmp_path: Path) -> None:
    sources = "billing:\n  - {kind: csv, helpdesk: beta, path: /data/b.csv, match: ['field:stripe_id', name]}\n"
    acme, beta = read(tmp_path, f"helpdesks:{ACME}{BETA}{sources}").settings.helpdesks
    assert acme.billing == ()
    [source] = beta.billing
    assert (source.path, source.match) == (Path("/data/b.csv"), ("field:stripe_id", "name"))


def test_revenue_that_names_nobody_is_that_of_the_only_helpdesk(tmp_path: Path) -> None:
    helpdesk = only(tmp_path, f"helpdesks:{ACME}billing: [{{kind: csv, path: revenue.csv}}]\n")
    assert [source.path for source in helpdesk.billing] == [tmp_path / "revenue.csv"]


def test_rule_files_are_read_once_and_count_among_the_paths(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("version: 1\nchange: [{id: reopens, enabled: false}]\n")
    settings = read(tmp_path, f"rules: [builtin:starter, own.yaml]\nhelpdesks:{ACME}{BETA}").settings
    assert settings.paths == (tmp_path / "config.yaml", tmp_path / "own.yaml")
    assert [rule.enabled for each in settings.helpdesks for rule in each.policy.rules if rule.id == "reopens"] == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://ACME.zendesk.com/", "https://acme.zendesk.com"),
        ("https://help.acme.test:8443", "https://help.acme.test:8443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("'http://[::1]:8765/'", "http://[::1]:8765"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_address_is_scheme_and_host(tmp_path: Path, written: str, url: str) -> None:
    assert only(tmp_path, f"helpdesks:{ACME.replace('https://acme.zendesk.com', written)}").url == url


@pytest.mark.parametrize(
    ("written", "store"),
    [
        ("sqlite:///sub/touchcost.db", "sqlite:///{folder}/sub/touchcost.db"),
        ("sqlite:////var/lib/touchcost/touchcost.db", "sqlite:////var/lib/touchcost/touchcost.db"),
        ("postgresql+psycopg://db/touchcost", "postgresql+psycopg://db/touchcost"),
    ],
)
def test_relative_path_of_the_store_counts_from_the_folder_of_the_file(
    tmp_path: Path, written: str, store: str
) -> None:
    assert read(tmp_path, f"store: {written}\nhelpdesks:{ACME}").settings.store == store.format(folder=tmp_path)


def test_number_with_a_fraction_needs_no_quotes_where_it_is_no_money(tmp_path: Path) -> None:
    text = f"helpdesks:{ACME}    cost: {{minutes: {{phone: 7.25, email: '4.5'}}}}\n"
    minutes = only(tmp_path, text).cost.minutes
    assert (minutes["phone"], minutes["email"]) == (Decimal("7.25"), Decimal("4.5"))


def test_day_that_has_begun_in_the_zone_of_the_helpdesk_is_not_ahead(tmp_path: Path) -> None:
    text = f"helpdesks:{ACME.replace('2026-01-01', '2026-11-25')}    time_zone: Pacific/Kiritimati\n"
    assert only(tmp_path, text).since == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("keys", "place", "sentence"),
    [
        ("write: {tags: each}", "7:19", "its signed-in users can read them in the help centre's page"),
        ("write: {fields: with-money}", "7:21", "a rate shows what a group is paid"),
        ("retention_days: 200", "7:21", "with 200 days kept, every number over 365 days is unknown"),
        ("retention_days: 120", "6:12", "what is older than 120 days is pulled and then pruned"),
    ],
)
def test_choice_worth_a_second_thought_is_a_warning(tmp_path: Path, keys: str, place: str, sentence: str) -> None:
    warnings = read(tmp_path, f"helpdesks:{ACME}    {keys}\n").warnings
    assert any(f"config.yaml:{place}: " in found.sentence and sentence in found.sentence for found in warnings)


@pytest.mark.parametrize(
    ("auth", "sentence"),
    [
        ("{email: bot@acme.test, api_token: env:T}", "since 2026-10-27 nobody can make a new one, on 2027-04-30 all"),
        ("{token: env:T}", "the sign-in ends on the day it expires"),
    ],
)
def test_sign_in_that_will_end_is_a_warning(tmp_path: Path, auth: str, sentence: str) -> None:
    text = ACME.replace("{client_id: touchcost, client_secret: env:ACME_SECRET}", auth)
    assert any(sentence in found.sentence for found in read(tmp_path, f"helpdesks:{text}").warnings)


def test_helpdesk_without_a_rate_speaks_of_hours_only_and_says_so(tmp_path: Path) -> None:
    sentences = [found.sentence for found in read(tmp_path, f"helpdesks:{ACME}").warnings]
    assert any("acme has no rate: everything is in hours" in sentence for sentence in sentences)


def test_rules_that_sleep_are_named_in_one_line_a_cause_with_what_wakes_them(tmp_path: Path) -> None:
    found = {one.sentence: one.remedy for one in read(tmp_path, f"helpdesks:{ACME}").warnings if _sleeps(one)}
    asleep = "acme: cost-share, cost-over-revenue sleep: the configuration names no"
    assert found == {
        f"builtin:starter:13:13: {asleep} hourly rate": "write cost.per_hour and cost.currency",
        f"builtin:starter:13:30: {asleep} revenue": "write fields.revenue_month, or a table under billing",
        "builtin:starter:64:13: acme: invoices-overdue sleeps: the configuration names no table of invoices": (
            "write a table under billing with the columns number, due and paid"
        ),
    }


def _sleeps(one: Finding) -> bool:
    return " sleep: " in one.sentence or " sleeps: " in one.sentence


def test_rules_whose_numbers_can_be_known_are_awake(tmp_path: Path) -> None:
    text = ACME + '    fields: {revenue_month: mrr}\n    cost: {currency: EUR, per_hour: "60.00"}\n'
    text += "    billing: [{kind: csv, path: invoices.csv}]\n"
    assert not [one for one in read(tmp_path, f"helpdesks:{text}").warnings if _sleeps(one)]
