"""The page as a browser draws it; without Chromium these tests say loudly that they were skipped."""

import shutil
import struct
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from simulator_client import NOW, Client

from connector.simulator import World, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: THE PAGE WAS NOT LOOKED AT IN A BROWSER")


def _browse(profile: Path, *arguments: str) -> str:
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
    found = subprocess.run(
        [str(CHROMIUM), *quiet, f"--user-data-dir={profile}", *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    return found.stdout


def test_a_browser_draws_accounts_alerts_and_changes(tmp_path: Path) -> None:
    world = World.lively(seed=3, accounts=20, days=30, now=NOW)
    account = next(iter(world.organizations))
    with serve(world) as server:
        client = Client(server)
        client.get("incremental/organizations", start_time=0)
        client.send("PUT", f"organizations/{account}/tags", json={"tags": ["care_review"]})
        drawn = _browse(tmp_path / "a", "--dump-dom", f"{server.url}/?still=1")
        picture = tmp_path / "page.png"
        _browse(tmp_path / "b", "--window-size=1280,900", f"--screenshot={picture}", f"{server.url}/?still=1")
        client.session.close()
    assert "added care_review" in drawn
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1280, 900)


def test_the_page_shows_the_clock_as_it_moves(tmp_path: Path, world: World) -> None:
    with serve(world) as server:
        world.move_to(NOW + timedelta(days=3))
        drawn = _browse(tmp_path, "--dump-dom", f"{server.url}/?still=1")
    assert "Wed 25 Nov 2026, 09:00 UTC" in drawn
