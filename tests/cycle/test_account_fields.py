"""Of an organisation only the fields are stored that the configuration names."""

import json
from pathlib import Path

from cycle_desk import NAME, Desk, open_desk, open_installed
from cycle_worlds import make_office

from connector.helpdesk import Stream
from connector.simulator import serve

CONTACT = "desk-of-somebody@alfa.test"


def _stored(desk: Desk) -> bytes:
    return b"".join(file.read_bytes() for file in desk.path.parent.glob("desk.db*"))


def _name_field(path: Path) -> None:
    """An edit of `fields:`."""
    keys = json.loads(path.read_text())
    keys["helpdesks"][0]["fields"]["segment"] = "size"
    path.write_text(json.dumps(keys))


def test_a_field_that_nobody_named_is_not_stored(tmp_path: Path) -> None:
    office = make_office()
    office.world.people.add_organization("Alfa", {"mrr": 5.0, "contact": CONTACT})
    office.world.advance(seconds=1200)
    with serve(office.world) as server, open_desk(office.world, server, tmp_path, "2026-09-15") as desk:
        desk.good()
        (found,) = desk.store.accounts(NAME)
        assert found.field("mrr") == "5.0"
        assert CONTACT.encode() not in _stored(desk)


def test_a_field_that_is_named_later_comes_for_old_accounts_too(tmp_path: Path) -> None:
    office = make_office()
    office.world.people.add_organization("Alfa", {"mrr": 5.0, "size": "smb"})
    with serve(office.world) as server, open_desk(office.world, server, tmp_path, "2026-09-15") as desk:
        office.world.advance(days=3)
        desk.good()
        office.world.advance(days=1)
        _name_field(desk.path)
        with open_installed(office.world, server, desk.path) as edited:
            edited.good()
            (found,) = edited.store.accounts(NAME)
            assert found.field("size") == "smb"
            walks = edited.store.walks(NAME)
            assert not any(walk.filling for walk in walks), "the tickets are not pulled again"
            office.world.advance(seconds=900)
            edited.good()
            later = [walk.start for walk in edited.store.walks(NAME) if walk.stream is Stream.ACCOUNTS]
            assert max(later).timestamp() > 0
