"""The two lines by which the README rehearses a shop, typed as they stand, answer a customer."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from contract.contract_actors import Program, ask, free_port, until

ROOT = Path(__file__).parents[2]
[LINES] = re.findall(
    r"```sh\n(.* duka sandbox)\n(.* duka serve)\n```", (ROOT / "README.md").read_text("utf-8")
)
PHONE = "/sandbox/phones/+254700000001"


@pytest.fixture
def shop(tmp_path):
    """The folder of a shop: a flow, and an .env with a secret and nothing else."""
    shutil.copy(ROOT / "flows.yaml", tmp_path)
    (tmp_path / ".env").write_text("GHALA_WEBHOOK_SECRET=vgR2mJw8PzQk5NtYx3LbHc7D\n")
    return tmp_path


def typed(line, *more, folder, port, pulse):
    """The program of a line, before it is started; `more` is what moves it to a free port."""
    words = shlex.split(line)
    at = words.index("duka")
    settings = dict(each.split("=", 1) for each in words[:at])
    program = Program(*words[at + 1 :], *more, folder=folder, settings=settings, port=port)
    program.pulse = pulse
    return program


def test_a_customer_is_answered_in_a_rehearsal_that_leaves_no_order_behind(shop):
    theirs, ours = free_port(), free_port()
    ghala = typed(
        LINES[0], "--port", str(theirs), "--duka", f"http://localhost:{ours}",
        folder=shop, port=theirs, pulse="/sandbox/phones",
    )  # fmt: skip
    duka = typed(
        LINES[1].replace(":4000", f":{theirs}"), "--host", "127.0.0.1", "--port", str(ours),
        folder=shop, port=ours, pulse="/health",
    )  # fmt: skip
    try:
        for each in (ghala.start(), duka.start()):
            each.wait()
        hello = json.dumps({"type": "text", "text": "Hi"}).encode()
        ask(
            theirs, "POST", f"{PHONE}/say", body=hello, headers={"Content-Type": "application/json"}
        )
        until(lambda: said_by_the_shop(theirs), f"an answer\n{duka.log}")
    finally:
        ghala.kill()
        duka.kill()

    assert not (shop / "data/duka.db").exists()


def said_by_the_shop(port):
    return [each for each in ask(port, "GET", PHONE).json["bubbles"] if each["by"] == "shop"]
