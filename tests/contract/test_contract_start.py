"""Section 1: what must be set, where it is read from, and what stays shut without it."""

import re

import pytest
from contract_actors import (
    BASIC,
    MESSAGES,
    SECRET,
    SECRETS,
    Customer,
    Duka,
    ask,
    basic,
    free_port,
    launch,
    typed,
    until,
)

NEEDED = ("GHALA_WEBHOOK_SECRET", "GHALA_API_KEY")
UNAUTHORIZED = {"success": False, "message": "Unauthorized"}


def refusal(folder, **settings):
    """Start `duka serve` where it must refuse, and give its exit code and all it said."""
    process = launch("serve", folder=folder, settings={"PORT": str(free_port()), **settings})
    _, said = process.communicate(timeout=30)
    return process.returncode, said


@pytest.mark.parametrize("missing", NEEDED)
@pytest.mark.parametrize("empty", [False, True])
def test_without_a_needed_secret_it_refuses_in_one_line_that_names_it(tmp_path, missing, empty):
    given = {name: SECRETS[name] for name in NEEDED if name != missing}

    code, said = refusal(tmp_path, **given, **({missing: ""} if empty else {}))

    assert code != 0
    assert len(said.splitlines()) == 1
    assert said.startswith(missing)
    assert not (tmp_path / "data").exists()


def test_a_setting_that_makes_no_sense_is_refused_in_one_line_that_names_it(tmp_path):
    given = {name: SECRETS[name] for name in NEEDED}

    code, said = refusal(tmp_path, **given, PAYMENT_POLL_SECONDS="soon")

    assert code != 0
    assert len(said.splitlines()) == 1
    assert said.startswith("PAYMENT_POLL_SECONDS")


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path, duka):
    given = {name: SECRETS[name] for name in NEEDED}
    process = launch(
        "serve", "--host", "127.0.0.1", folder=tmp_path, settings={**given, "PORT": str(duka.port)}
    )
    _, said = process.communicate(timeout=30)

    assert process.returncode != 0
    assert len(said.splitlines()) == 1
    assert f"port {duka.port}" in said


@pytest.fixture(scope="module")
def bare(serve, tmp_path_factory):
    """A Duka that has only what it needs, half of it from .env, with two secrets and few limits."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "duka").mkdir()
    (folder / "duka" / ".env").write_text(
        f"GHALA_API_KEY={SECRETS['GHALA_API_KEY']}\n"
        "GHALA_WEBHOOK_SECRET=overruled-by-the-environment\n"
        "GHALA_UNSIGNED_MESSAGES=true\n"
        "LOG_FORMAT=json\n"
    )
    return serve(
        folder=folder / "duka",
        GHALA_API_KEY=None,
        GHALA_WEBHOOK_SECRET=f"{SECRET}, secret123 ",
        API_KEY=None,
        ADMIN_USERNAME=None,
        ADMIN_PASSWORD=None,
        WHATSAPP_VERIFY_TOKEN=None,
        LOG_FORMAT="text",
        REST_PER_MINUTE="3",
        ADMIN_PER_MINUTE="2",
    )


@pytest.mark.parametrize("secret", [SECRET, "secret123"])
def test_while_a_secret_is_rotated_both_are_good(bare, secret):
    assert bare.hook(MESSAGES, {"messages": []}, secret=secret).status == 200


@pytest.mark.parametrize(
    "secret", ["overruled-by-the-environment", f"{SECRET}, secret123", f"{SECRET},secret123", ""]
)
def test_the_real_environment_wins_over_dotenv_and_a_list_is_not_itself_a_secret(bare, secret):
    assert bare.hook(MESSAGES, {"messages": []}, secret=secret).status == 401


def test_dotenv_is_read_and_unsigned_messages_are_taken_only_where_it_says_so(bare, duka):
    body = b'{"messages":[]}'

    assert ask(bare.port, "POST", MESSAGES, body=body).status == 200
    assert bare.hook(MESSAGES, body, signature="0" * 64).status == 401
    assert ask(duka.port, "POST", MESSAGES, body=body).status == 401


def test_payment_webhooks_are_never_taken_unsigned(bare):
    assert ask(bare.port, "POST", "/api/webhooks/ghala", body=b"{}").status == 401


def test_the_environment_decides_how_the_log_is_written(bare):
    assert all(line.startswith("[") for line in bare.lines)


def test_a_weak_secret_is_a_loud_warning_and_no_refusal(bare):
    line = bare.logged("GHALA_WEBHOOK_SECRET")

    assert line.startswith("[WARN] ")
    assert "secret123" not in bare.log


def test_open_messages_are_a_loud_warning(bare):
    assert bare.logged("GHALA_UNSIGNED_MESSAGES").startswith("[WARN] ")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/api/orders", "127.0.0.11"),
        ("/api/orders/ORD-1", "127.0.0.12"),
        ("/admin", "127.0.0.13"),
        ("/api/admin/stats", "127.0.0.14"),
        ("/api/admin/customers", "127.0.0.15"),
        ("/api/admin/orders/recent", "127.0.0.16"),
    ],
)
def test_without_key_and_admin_those_routes_stay_shut(bare, path, address):
    """An empty password is not the unset one."""
    tries = [{}, {"Authorization": basic("", "")}]

    given = [bare.ask("GET", path, headers=each, address=address) for each in tries]

    assert [(each.status, each.json) for each in given] == [(401, UNAUTHORIZED)] * 2


def test_other_commands_read_dotenv_too_and_the_real_environment_wins(tmp_path):
    (tmp_path / ".env").write_text("FLOW_FILE=from-dotenv.yaml\nPAYMENT_POLL_SECONDS=20\n")

    said = [launch("check", folder=tmp_path, settings=each).communicate(timeout=30)[1]
            for each in ({}, {"FLOW_FILE": "from-environment.yaml"})]  # fmt: skip

    assert "from-dotenv.yaml" in said[0]
    assert "from-environment.yaml" in said[1]


def test_without_a_verify_token_the_handshake_is_shut(bare):
    asked = "?hub.mode=subscribe&hub.verify_token=&hub.challenge=42"

    assert bare.ask("GET", MESSAGES + asked).status == 403


@pytest.mark.parametrize(
    ("path", "limit", "address"),
    [("/api/orders", 3, "127.0.0.21"), ("/api/admin/stats", 2, "127.0.0.22")],
)
def test_an_address_may_ask_so_often_a_minute(bare, path, limit, address):
    statuses = [bare.ask("GET", path, address=address).status for _ in range(limit)]
    refused = bare.ask("GET", path, address=address)

    assert set(statuses) == {401}
    assert refused.status == 429
    assert refused.json["success"] is False
    assert refused.json["message"]
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert bare.ask("GET", path, address="127.0.0.23").status == 401
    assert bare.ask("GET", "/health", address=address).status == 200


def test_the_address_is_not_taken_from_a_header(bare):
    spoofed = [{"X-Forwarded-For": f"10.0.0.{each}"} for each in range(4)]

    given = [bare.ask("GET", "/api/orders", headers=each, address="127.0.0.24") for each in spoofed]

    assert [each.status for each in given] == [401, 401, 401, 429]


def test_the_key_alone_and_the_admin_alone_are_enough_for_orders(duka):
    assert duka.ask("GET", "/api/orders", headers=BASIC).status == 200


def test_a_customer_who_floods_is_told_once_and_all_is_kept(open_world):
    world = open_world("flood", MESSAGES_PER_MINUTE="3")
    customer = Customer(world.duka, world.ghala)

    customer.sends(*(typed(f"bonjour numero {each}") for each in range(6)))

    told = customer.hears_all()
    assert len(told) == 4
    slow = [each for each in told if each["type"] == "text"]
    assert len(slow) == 1
    assert re.search("wait a minute|faster", slow[0]["text"]["body"])
    kept = world.duka.books("SELECT 1 FROM inbox WHERE phone = ?", customer.phone)
    assert len(kept) == 6


def test_the_callback_is_at_the_public_url(duka, customer, tap):
    _, _ = customer.charged()

    (charge,) = until(lambda: tap.requests(customer.phone, "/v1/orders"), "the charge")
    assert charge.body["callback_url"] == f"http://localhost:{duka.port}/api/webhooks/ghala"


def test_the_flow_that_the_option_names_is_live_and_told_of_once(tmp_path):
    duka = Duka(tmp_path)
    (tmp_path / "flows.yaml").rename(tmp_path / "other.yaml")
    duka.arguments += ("--flow", "other.yaml")

    try:
        duka.start().wait()
        told = [line for line in duka.lines if "Flow live" in line]
    finally:
        duka.kill()

    assert len(told) == 1
    assert "Flow live: other.yaml, " in told[0]
