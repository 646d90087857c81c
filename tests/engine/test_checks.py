"""The checks as a whole: nothing invented, everything told at once, and never a stumble.

What each code is told for, with its exact place, stands in ``tests/broken``.
"""

import json
import random
import time

import lessons
import pytest
import yaml
from shop import FLOW

from engine import checks
from engine.checks import spoken, story
from engine.checks.moves import Move
from engine.checks.paths import is_payment
from engine.checks.standing import Heard, Standing
from engine.errors import FlowError
from engine.flow import Happened
from engine.machine import RuleBook
from flows.words import EVENTS, vocabulary

TEXT = FLOW.read_text()
WORDS = vocabulary()


def told(text):
    """Every fault, as ``line:column code``."""
    return [f"{p.line}:{p.column} {p.code}" for p in checks.examine(text, WORDS)[1]]


def test_the_shipped_flow_has_no_fault():
    flow, problems = checks.examine(FLOW.read_bytes(), WORDS)

    assert problems == []
    assert flow is not None


def test_a_flow_is_proved_in_a_moment():
    begin = time.thread_time()

    checks.proved(TEXT, WORDS)

    assert time.thread_time() - begin < 2


def faults_of(broken, code):
    """What is told with this code of a flow, a healthy one with something taken out."""
    return [each for each in checks.examine(broken, WORDS)[1] if each.code == code]


BOUGHT = (
    'in greeting: the customer writes "products"',
    "in product: the customer chooses a product",
    "in quantity: the customer sends a number from 1 to 20",
    'in address: the customer writes "skip"',
    "in payment, while the order waits to be paid: the customer taps a button to pay",
)


def test_the_way_to_a_fault_can_be_read_aloud():
    [twice] = faults_of(TEXT.replace("    if: payable\n", "", 1), "E901")

    assert twice.message == "this can ask for money for an order that is being paid"
    assert twice.way == (
        *BOUGHT,
        (
            "in payment_processing, while the order is being paid: "
            "the customer taps a button to pay, in an older message"
        ),
    )


def test_what_happens_on_a_way_is_told_in_words():
    unguarded = TEXT.replace("order.unpaid\n    if: payable\n", "order.unpaid\n", 1)

    [reminder] = faults_of(unguarded, "E703")

    assert reminder.way == (
        *BOUGHT,
        (
            "in payment_processing, while the order is being paid: "
            "the payment succeeds (payment.success), and the bot forgets that order"
        ),
        (
            "in completed, while the order is paid: "
            "the time to remind of the payment comes (order.unpaid)"
        ),
    )


@pytest.mark.parametrize(
    ("state", "other", "told"),
    [
        ("payment", "", "the customer taps a button to pay"),
        ("payment_failed", "", "the customer taps a button to pay"),
        ("greeting", "", "the customer taps a button to pay, in an older message"),
        ("greeting", "that order", ("the customer taps a button to pay that order, "
                                    "in an older message")),
    ],
)  # fmt: skip
def test_a_button_to_pay_is_old_where_none_stands(state, other, told):
    flow, _ = checks.examine(TEXT.replace("      - other payments\n", ""), WORDS)
    pays = next(rule for rule in flow.anywhere if is_payment(rule))

    assert spoken.done(flow, state, pays, other) == told


@pytest.mark.parametrize("other", ["", "another order"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_words_for_a_way(event, other):
    said = spoken.happened(event, other)

    assert said.endswith(f" ({event})")
    assert "{" not in said


def test_news_of_another_order_is_told_as_such():
    said = spoken.happened("payment.failed", "another order")

    assert said.startswith("the payment of another order fails")


def test_the_way_into_a_trap_is_one_that_a_newcomer_can_go():
    lesson = (lessons.FOLDER / "reach/trap.yaml").read_text("utf-8")

    [trap] = faults_of(lessons.folder(lesson), "E203")

    assert trap.way == (
        "in greeting: the customer chooses a product",
        "in quantity: the customer sends a number from 1 to 20",
        "in payment, while the order waits to be paid: the customer taps a button to pay",
        "in waiting: whatever comes, nothing leads back",
    )


def test_a_newcomer_goes_by_what_is_shown_not_by_older_messages():
    unchosen = TEXT.replace("    do: choose_product\n", "", 1)

    ways = {each.way for each in faults_of(unchosen, "E304") if "{price}" in each.message}

    assert ways == {BOUGHT[:2]}


TAKEN_UP = "        do: take_up_order\n        go: payment_failed\n"


def test_a_way_that_speaks_of_another_order_begins_with_that_order():
    [untaken] = faults_of(TEXT.replace(TAKEN_UP, "        go: payment_failed\n"), "E902")

    assert untaken.way[0] == (
        "earlier: the customer has ordered something else; its payment is not over, "
        "but the bot has forgotten all about it"
    )
    assert untaken.way[1] == BOUGHT[0]


def test_a_way_says_what_was_refused_before_a_rule_was_tried():
    sold_out = TEXT.index("- number: 1..20\n        unless: in_stock")
    amiss = TEXT[:sold_out] + TEXT[sold_out:].replace("go: product", "go: address", 1)

    ways = {each.way for each in faults_of(amiss, "E304")}

    assert ways == {(*BOUGHT[:2], (
        "in quantity: the customer sends a number from 1 to 20 "
        "(Is there enough left of the product for the number wanted? No: "
        "it has left the catalogue. "
        "Is there at least one left of the product just chosen? No: it has left the catalogue.)"
    ))}  # fmt: skip


def test_what_is_asked_after_a_guard_that_cannot_be_asked_is_not_told():
    """The event is set aside there, and no other rule is tried."""
    unchosen = TEXT.replace("    do: choose_product\n", "", 1)

    told = [(each.message.split()[0], each.way) for each in faults_of(unchosen, "E303")]

    assert told == [('"enough_left"', BOUGHT[:3])]


def test_nothing_is_told_behind_a_guard_that_lacks_what_it_reads():
    """Without a product nothing is left of it, so nobody comes to the address."""
    unchosen = TEXT.replace("    do: choose_product\n", "", 1)

    ends = {each.way[-1].partition(":")[0] for each in faults_of(unchosen, "E303")}

    assert ends == {"in quantity"}


def test_a_way_names_the_guard_that_refused_with_what_it_was_asked():
    """With an argument its documentation is no question to be read aloud."""
    listed = "      - otherwise:\n          en: Sorry, product not found."
    asking = "      - hear: x\n        unless: {came_from: product}\n        go: quantity\n"

    [fault, *_] = faults_of(TEXT.replace(listed, asking + listed, 1), "E304")

    assert fault.way[-1] == 'in product: the customer writes "x" (`came_from: product`? No.)'


def test_a_way_says_where_the_bot_forgets_an_order_that_is_open():
    untaken = TEXT.replace(TAKEN_UP, "        go: payment_failed\n")

    ways = [each.way for each in faults_of(untaken, "E304") if "{order}" in each.message]

    assert ways
    for way in ways:
        (at,) = (at for at, step in enumerate(way) if step.endswith("the bot forgets that order"))
        assert "while the earlier order is being paid" in way[at + 1]


def test_to_what_nobody_can_come_is_no_fault():
    """Who paid and then hears that another payment failed has no order in mind to try again."""
    begin, end = TEXT.rsplit(TAKEN_UP, 1)

    assert faults_of(f"{begin}        go: payment_failed\n{end}", "E303") == []


def test_an_order_that_may_be_paid_is_known_with_all_that_belongs_to_it():
    asked = "  - hear: {en: my order, sw: oda yangu}\n    if: payable\n    go: payment\n"

    assert told(TEXT.replace("anywhere:", f"anywhere:\n{asked}#", 1)) == []


def test_what_a_guard_rules_out_is_no_fault():
    """An order that waits to be paid is cancelled by its own rule, so nobody is without one."""
    answered = "do: forget_answers\n    say: {en: Ok, sw: Sawa}\n"
    stays = TEXT.replace("do: forget_answers\n    go: greeting\n", answered, 1)

    ends = {each.way[-1].partition(":")[0] for each in faults_of(stays, "E303")}

    assert ends == {"in quantity", "in address"}
    assert faults_of(stays, "E305") == []


def test_news_is_about_no_order_where_none_is_remembered():
    lost = "    do: forget_answers\n    go: payment_processing\n"
    led = TEXT.replace("    do: forget_answers\n    go: greeting\n", lost, 1)

    ends = {each.way[-1].partition(":")[0] for each in faults_of(led, "E304")}

    assert ends == {"in greeting", "in payment_processing"}


SECOND = """\
      - hear: {en: more, sw: zaidi}
        if: being_paid
        do: place_order
        go: second
"""
SECOND_STATE = """\
  second:
    say: {en: Twice as much., sw: Mara mbili.}
    when:
      - hear: {en: number, sw: namba}
        say: {en: "{reference}", sw: "{reference}"}
      - otherwise:
        go: greeting
"""


def test_what_is_missing_of_a_second_order_is_told():
    """Its way leads over a guard that asks of the first one."""
    begin, waiting = TEXT.split("  payment_processing:\n")
    twice = waiting.replace("    when:\n", f"    when:\n{SECOND}", 1)

    told = faults_of(f"{begin}{SECOND_STATE}  payment_processing:\n{twice}", "E304")

    last = 'in second, while the order waits to be paid: the customer writes "number"'
    assert [each.way[-1] for each in told] == [last, last]  # in both languages


def test_an_old_button_for_an_order_beside_the_one_remembered_is_followed():
    other = (
        "      - choose: payment\n        if: payable\n        unless: about_this_order\n"
        '        say: {en: "{reference}", sw: "{reference}"}\n'
    )
    asked = TEXT.index("    when:\n", TEXT.index("    offer: payments\n    when:\n"))
    begin, end = TEXT[:asked], TEXT[asked:].replace("    when:\n", f"    when:\n{other}", 1)

    assert len(faults_of(begin + end, "E304")) == 2


def test_who_is_rescued_knows_nothing():
    """Where a state is gone that somebody stood in, they go on with no answer at all."""
    rescued = TEXT.replace("rescue: greeting", "rescue: payment", 1)

    assert {each.way for each in faults_of(rescued, "E305")} == {
        ('in payment: the customer sends what no other rule hears, such as "blah"',)
    }


def test_an_answer_that_is_asked_for_elsewhere_is_asked_for_first():
    straight = TEXT.replace(
        "- choose: view_products\n    go: product", "- choose: view_products\n    go: payment", 1
    )

    repairs = {each.repair for each in faults_of(straight, "E304") if "{address}" in each.message}

    assert repairs == {"say it later, or ask for it first, with `save: address`"}


def test_that_nothing_is_being_changed_is_not_told():
    laundry = (FLOW.parent / "examples/laundry/flows.yaml").read_text("utf-8")

    ways = {each.way for each in faults_of(laundry.replace(", place_order]", "]", 1), "E304")}

    assert ways
    assert not any("changing" in step for way in ways for step in way)


def test_a_receipt_without_a_payment_is_told_on_a_way_on_which_it_is_given():
    given = TEXT.replace("    do: cancel_order\n", "    do: [cancel_order, give_receipt]\n", 1)

    [receipt] = faults_of(given, "E904")

    assert receipt.way == (
        *BOUGHT[:4],
        (
            'in payment, while the order waits to be paid: the customer writes "cancel", '
            "and the bot forgets that order"
        ),
    )


def test_a_way_says_how_often_somebody_is_not_understood():
    led = TEXT.replace("then: greeting}", "then: address}", 1)

    ways = {each.way for each in faults_of(led, "E304")}

    assert ways == {(*BOUGHT[:2], (
        'in quantity: the customer sends what no other rule hears, such as "blah", 3 times in a row'
    ))}  # fmt: skip


def test_money_for_an_attempt_that_had_failed_is_told_as_late():
    failed = TEXT.index("  payment_failed:\n")
    review = TEXT.index("      - event: payment.review", failed)
    unheard = TEXT[:review] + TEXT[TEXT.index("      - otherwise", review) :]

    ways = [each.way for each in faults_of(unheard, "E902")]

    assert any(
        "in payment_failed, while the order waits to be paid: late, money comes that a person "
        "must look at (payment.review)" in way
        for way in ways
    )


def test_the_way_on_which_an_answer_is_missing_ends_where_it_is_missed():
    lesson = (lessons.FOLDER / "defined/shortcut_past_the_product.yaml").read_text("utf-8")

    [early] = [p for p in checks.examine(lessons.folder(lesson), WORDS)[1] if p.code == "E304"]

    assert early.way == ('in greeting: the customer writes "order"',)


def place(text, needle):
    """Where something stands in a text, as ``line:column``."""
    at = text.index(needle)
    return f"{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}"


#: Mistakes that merchants make: what is replaced, by what, where that is told and as what.
MISTAKES = {
    "a state that does not exist": ("go: quantity", "go: quantify", "quantify", "E201"),
    "an action that does not exist": ("do: choose_product", "do: chose", "chose", "E205"),
    "a guard that does not exist": ("if: any_promotion", "if: any_promo", "any_promo\n", "E206"),
    "a placeholder that nothing fills": ("title: M-Pesa", "title: M-{pesa}", "M-{pesa}", "E301"),
    "a price in words": ("price: 800", "price: eight", "eight", "E133"),
    "a row too long": (
        "short: Organic Honey", "short: Organic Honey of Kitui", "Organic Honey of Kitui", "E404",
    ),
    "a button too long": (
        "{en: View Products, sw: Ona Bidhaa}",
        "{en: View all of our Products, sw: Ona Bidhaa}",
        "View all of our",
        "E402",
    ),
}  # fmt: skip


def with_mistakes(*names):
    """The shipped flow with mistakes in it, and how each of them is to be told."""
    text = TEXT
    for name in names:
        right, wrong, _, _ = MISTAKES[name]
        text = text.replace(right, wrong, 1)
    return text, {f"{place(text, MISTAKES[name][2])} {MISTAKES[name][3]}" for name in names}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_place_and_nothing_else_is(name):
    text, expected = with_mistakes(name)

    assert set(told(text)) == expected


def test_all_mistakes_are_told_at_once_and_none_is_invented():
    text, expected = with_mistakes(*MISTAKES)

    assert set(told(text)) == expected


def test_mistakes_are_told_in_the_order_of_the_file():
    text, _ = with_mistakes(*MISTAKES)

    lines = [int(each.split(":")[0]) for each in told(text)]

    assert lines == sorted(lines)


def test_a_flow_with_faults_is_not_proved():
    with pytest.raises(FlowError):
        checks.proved(TEXT.replace("go: quantity", "go: quantify"), WORDS)


# --- a thousand spoilt flows --------------------------------------------------------------------

ODD = [
    None, "", "x", [], {}, [[]], [None], [{}], {"a": {}}, {"": ""}, {"x": [1]}, "1..2", ["a", "a"],
    [["a"]], {"en": None}, {"en": ["x"]}, [{"a": {"b": "c"}}], "5", "{", "{nothing}", {"zz": "y"},
    "yes", "*", "prod_001", "x" * 5000, "-1", "1..99999999999",
]  # fmt: skip


def paths(node, path=()):
    """The path of every part of plain data."""
    yield path
    for step, each in (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    ):
        yield from paths(each, (*path, step))


def spoilt(data, rng):
    """The data with some of its parts replaced or left out."""
    everywhere = [path for path in paths(data) if path]
    for path in rng.sample(everywhere, rng.choice([1, 1, 1, 2, 4])):
        node = data
        try:
            for step in path[:-1]:
                node = node[step]
            if rng.random() < 0.8:
                node[path[-1]] = rng.choice(ODD)
            else:
                del node[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier replacement has taken it away
    return data


@pytest.mark.parametrize("seed", range(10))
def test_however_a_flow_is_spoilt_it_has_a_fault_or_can_be_used(seed):
    """A check that stumbles helps nobody; neither does a flow that is proved and cannot run."""
    rng, whole = random.Random(seed), json.dumps(yaml.load(TEXT, Loader=yaml.BaseLoader))

    for _ in range(30):
        text = json.dumps(spoilt(json.loads(whole), rng), ensure_ascii=False)
        flow, problems = checks.examine(text, WORDS)
        assert problems or RuleBook(flow, WORDS), text


def test_in_a_shop_that_counts_a_guard_may_say_no_without_a_reason():
    sold_out = TEXT.index("- number: 1..20\n        unless: in_stock")
    amiss = TEXT[:sold_out] + TEXT[sold_out:].replace("go: product", "go: address", 1)
    counted = amiss.replace("Beans 1kg\n", "Beans 1kg\n    stock: 3\n", 1)

    ends = {each.way[-1] for each in faults_of(counted, "E304")}

    assert ends == {
        (
            "in quantity: the customer sends a number from 1 to 20 "
            "(Is there enough left of the product for the number wanted? No. "
            "Is there at least one left of the product just chosen? No.)"
        )
    }


WATER = (FLOW.parent / "examples/water/flows.yaml").read_text("utf-8")


def test_orders_made_on_a_way_are_told_apart():
    begin, end = WATER[: WATER.index("choose: again")], WATER[WATER.index("choose: again") :]

    told = faults_of(begin + end.replace("go: payment", "go: paying", 1), "E304")
    way = next(each.way for each in told if each.line == 160)

    assert [step.partition(": ")[2] for step in way[3:7]] == [
        "the customer shares a location, and the first order is made",
        (
            "the shop itself asks for the money of the first order, "
            "and the payment of the first order succeeds (payment.success)"
        ),
        "the customer says nothing for 20h",
        'the customer taps "Yes, bring it", and the second order is made',
    ]
    assert way[7].startswith("in paying, while the second order waits to be paid: ")


def test_an_order_by_the_shop_needs_no_other_before_it():
    asked = TEXT.index("  - event: order.placed")
    linked = TEXT[:asked] + TEXT[asked:].replace("{order}", "{payment_url}", 1)

    ways = {each.way for each in faults_of(linked, "E304")}

    assert ways == {("in greeting: the shop itself places an order (order.placed)",)}


def test_what_only_the_shop_can_bring_about_is_told_so():
    """Money that needs a look comes while the bot speaks of the order: nobody tapped a button."""
    explains = "        if: about_this_order\n        do: explain_review"
    given = TEXT.replace(explains, "        if: about_this_order\n        do: give_receipt", 1)

    [receipt] = faults_of(given, "E904")

    assert receipt.way[-2:] == (
        "in payment, while the order waits to be paid: the shop itself asks for the money",
        (
            "in payment, while the order is being paid: "
            "money comes that a person must look at (payment.review)"
        ),
    )


def example(name):
    return (FLOW.parent / "examples" / name / "flows.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("cafe", "in choose: the customer chooses a product"),
        ("duka", "in ngapi: the customer sends a number"),
        ("laundry", "in fetch.street: the customer writes"),
        ("salon", "in stylist: the customer taps"),
        ("water", "in place: the customer shares a location"),
    ],
)
def test_the_way_of_money_leads_over_what_must_be_answered(name, there):
    """Nobody orders an empty cart, or has the laundry fetched from nowhere."""
    guarded = "choose: payment\n    if: payable\n"
    unguarded = example(name).replace(guarded, "choose: payment\n", 1)

    ways = [each.way for each in faults_of(unguarded, "E901")]

    assert ways
    assert all(any(step.startswith(there) for step in way) for way in ways)


def test_money_that_only_a_stranger_to_the_answers_could_ask_for_is_no_fault():
    """Who comes to the deposit has just made the order, so nothing of it is paid yet."""
    salon = example("salon")
    paying = salon.index("  paying:\n")
    unended = salon[:paying] + salon[paying:].replace("    end: yes\n", "", 1)

    [offer] = faults_of(unended, "E902")

    assert offer.way[-3].endswith("the shop itself asks for the money")


def test_a_rule_that_is_never_tried_brings_about_nothing():
    forgets = "      - hear: {en: other, sw: nyingine}\n        do: forget_answers\n"
    forgets += "        say: {en: Ok, sw: Sawa}\n"
    at = TEXT.index("      - otherwise", TEXT.index("  address:\n"))

    codes = {each.partition(" ")[2] for each in told(f"{TEXT[:at]}{forgets}{TEXT[at:]}")}

    assert codes == {"E501"}


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        (
            TEXT.replace("  payment:\n", "  payment:\n    end: yes\n", 1),
            "take `end: yes` from payment, for it forgets that, or leave it out",
        ),
        (
            TEXT.replace("    do: cancel_order\n", "    do: forget_answers\n", 1),
            "leave it out, for `forget_answers` forgets it",
        ),
    ],
)
def test_what_a_step_forgets_before_it_speaks_is_told(text, repair):
    found = [each for each in faults_of(text, "E304") if "{order}" in each.message]

    assert {each.repair for each in found} == {repair}
    assert all(each.way[-1].endswith(", and the bot forgets all answers") for each in found)


def test_news_without_a_payment_tells_of_none():
    """The shop itself has placed an order: nobody has chosen how to pay yet."""
    placed = "  - event: order.placed          # by the shop itself, over the API\n"
    led = f"{placed}    do: take_up_order\n    go: payment_processing\n"

    names = {each.message.split()[0] for each in faults_of(TEXT.replace(placed, led, 1), "E304")}

    assert {"{method_name}", "{how_to_pay}"} <= names
    assert "{order}" not in names


def test_what_only_a_guard_tells_is_said_where_that_is_asked():
    cafe = example("cafe").replace(
        'en: "{emoji} *{product}*, {price}', 'en: "{missing} *{product}*, {price}', 1
    )

    repairs = {each.repair for each in faults_of(cafe, "E304") if "{missing}" in each.message}

    assert repairs == {"say it later, or say it where `cart_in_stock` is asked, which tells it"}


def test_an_answer_for_a_paid_order_is_told_to_offer_nothing():
    offering = TEXT.replace("    if: order_paid\n", "    if: order_paid\n    offer: payments\n", 1)

    assert {each.repair for each in faults_of(offering, "E902")} == {"offer nothing here"}


def test_what_must_answer_everybody_is_not_told_to_ask_something():
    """`otherwise` with a guard would leave somebody without an answer."""
    begin, paying = example("cafe").split("  paying:\n")
    at = paying.index("      - otherwise: ")
    end = paying.index("  enjoy:\n")
    led = f"{begin}  paying:\n{paying[:at]}      - otherwise:\n        go: payment\n{paying[end:]}"

    [offer] = faults_of(led, "E902")

    assert offer.repair.endswith("lead elsewhere, or offer nothing here")
    assert "payable" not in offer.repair


def test_a_second_order_of_the_same_product_is_refused_only_while_the_first_is_unpaid():
    """The water shop orders the same again each time, once the last one is paid."""
    assert faults_of(example("water"), "E907") == []


def test_what_one_guard_has_said_the_next_rule_knows():
    """A first product always fits into the cart, so nobody hears that none does with it empty."""
    full = '      - number: 1..12\n        say: {en: "No more of those fit'
    begin, end = example("cafe").split(full)
    line, rest = end.split("\n", 1)

    assert told(f"{begin}{full}{line}\n        go: cart\n{rest}") == []


def test_silence_is_answered_once_until_the_state_is_entered_again():
    waits = "      - after: 3m\n"
    cancels = example("laundry").replace(waits, f"{waits}        do: cancel_order\n", 1)

    assert faults_of(cancels, "E303") == []
    assert len(faults_of(cancels, "E906")) == 1


def test_where_an_answer_is_lacking_it_is_told_where_all_were_forgotten():
    at = TEXT.index("      - otherwise", TEXT.index("  quantity:\n"))
    forgets = "      - hear: {en: never mind, sw: basi}\n        do: forget_answers\n"
    forgets += "        say: {en: Ok, sw: Sawa}\n"

    ways = {each.way for each in faults_of(f"{TEXT[:at]}{forgets}{TEXT[at:]}", "E303")}

    assert ways
    assert {way[2] for way in ways} == {
        'in quantity: the customer writes "never mind", and the bot forgets all answers'
    }


def test_the_button_of_the_message_before_is_no_old_one():
    flow = checks.proved(TEXT, WORDS)
    pays = next(rule for rule in flow.anywhere if is_payment(rule))

    said = spoken.done(flow, "greeting", pays, shown=flow.states["payment"].message)

    assert said == "the customer taps a button to pay"


def test_what_belongs_to_a_payment_is_known_once_one_was_asked_for():
    asking = TEXT.replace("        🧾 *Order summary*\n", "        🧾 *{method_name}*\n", 1)

    repairs = {e.repair for e in faults_of(asking, "E304") if "{method_name}" in e.message}

    right = "let a way to pay be chosen first: `choose: payment` and `do: request_payment`"
    assert repairs == {f"say it later, or {right}"}


def test_what_only_read_the_product_has_not_kept_it():
    """`take_one` says how many; which product it is must be chosen."""
    unchosen = example("salon").replace("[choose_product, take_one]", "[take_one]", 1)

    said = [each.message for each in faults_of(unchosen, "E303")]

    assert any(each.startswith('"enough_left" needs product_id') for each in said)


def test_nobody_comes_past_an_action_that_has_not_what_it_reads():
    """Without a product nothing is ordered, so the second order is of one that was chosen."""
    lesson = (lessons.FOLDER / "defined/shortcut_past_the_product.yaml").read_text("utf-8")

    [second] = faults_of(lessons.folder(lesson), "E907")

    assert "in greeting: the customer chooses a product" in second.way


def test_an_order_that_the_bot_never_spoke_of_is_no_earlier_one():
    flow = checks.proved(TEXT, WORDS)
    placed = next(
        rule
        for rule in flow.anywhere
        if isinstance(rule.trigger, Happened) and rule.trigger.name == "order.placed"
    )
    pays = next(rule for rule in flow.anywhere if is_payment(rule))
    before, after = Standing("greeting"), Standing("greeting", "payable")
    way = [
        (before, Move(Heard("order.placed", True, "payable"), placed, after)),
        (after, Move(Heard("", True, "payable"), pays, after)),
    ]

    steps = story.told(flow, WORDS, way)

    assert steps[-1].startswith("in greeting, while the order waits to be paid: ")


def test_money_is_not_told_to_be_asked_for_where_that_goes_wrong():
    begin, failed = example("duka").split("  haikufika:\n")
    unguarded = failed.replace("        if: payable\n", "", 1)

    ways = [each.way for each in faults_of(f"{begin}  haikufika:\n{unguarded}", "E901")]

    assert ways
    assert not any(way[-1].endswith("the money is asked for") for way in ways)


def test_a_way_says_where_the_bot_turns_back_to_an_order():
    begin, waits = example("laundry").split("      - after: 3m\n", 1)
    leads = waits[waits.index("      - otherwise") :]

    found = faults_of(f"{begin}      - after: 3m\n        go: sure\n{leads}", "E313")

    steps = {step for each in found for step in each.way}
    assert any(
        step.endswith(
            "taps a button to pay, in an older message, and the bot turns back to that order"
        )
        for step in steps
    )


def test_what_an_action_before_it_forgets_is_to_be_read_first():
    both = TEXT.replace("    do: choose_product\n", "    do: [forget_answers, choose_product]\n", 1)

    repairs = {e.repair for e in faults_of(both, "E303") if '"choose_product"' in e.message}

    assert repairs == {"do it before what forgets that"}
