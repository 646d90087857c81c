"""The tables. Times are BIGINT milliseconds, money is BIGINT whole units; no float anywhere."""

from peewee import (
    SQL,
    AutoField,
    BigAutoField,
    BigIntegerField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from store.database import database

OPEN = ("requested", "unknown", "pending")  # a payment that may still bring money by itself
IS_OPEN = SQL("stage IN ('requested','unknown','pending')")  # as the index of open payments says it
IS_NOT_DONE = SQL("outcome <> 'done'")  # as the index of what was heard says it
IS_GIVEN_UP = SQL("status IN ('dead','expired')")  # as the index of what could not be told says it


class Table(Model):
    """What all tables share."""

    class Meta:
        """Where they live."""

        database = database
        legacy_table_names = False


class Customer(Table):
    """Somebody with a phone number."""

    id = AutoField()
    phone_number = TextField(unique=True)
    name = TextField(null=True)
    created_at = BigIntegerField()

    class Meta:
        """The contract's name."""

        table_name = "customers"


class Order(Table):
    """What a customer wants; the product columns are its first line's."""

    customer_id: int
    id = TextField(primary_key=True)
    customer = ForeignKeyField(Customer, backref="orders", index=False)
    product_id = TextField()
    product_name = TextField()
    quantity = IntegerField()
    unit_price = BigIntegerField()
    total_amount = BigIntegerField(constraints=[Check("total_amount > 0")])
    currency = TextField()
    delivery_address = TextField(null=True)
    status = TextField(
        default="pending",
        constraints=[
            Check("status IN ('pending','completed','payment_failed','cancelled','needs_review')")
        ],
    )
    delivered_at = BigIntegerField(null=True)
    payment_method = TextField(null=True)
    payment_status = TextField(
        default="pending",
        constraints=[Check("payment_status IN ('pending','paid','failed','refunded')")],
    )
    source = TextField(default="chat")
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        """The contract's name, and what lists are sorted by."""

        table_name = "orders"
        indexes = ((("status", "created_at"), False), (("customer", "created_at"), False))


class OrderLine(Table):
    """One product of an order, with the name and price it had when it was ordered."""

    id = BigAutoField()
    order = ForeignKeyField(Order, backref="lines", index=False)
    number = IntegerField()
    product_id = TextField()
    product_name = TextField()
    quantity = IntegerField(constraints=[Check("quantity > 0")])
    unit_price = BigIntegerField()

    class Meta:
        """A line stands once."""

        table_name = "order_lines"
        indexes = ((("order", "number"), True),)


class Payment(Table):
    """One attempt to be paid: `<order id>.<n>`, our id at Ghala and its idempotency key.

    `stage` is where it stands inside (requested, unknown, pending, success, failed, expired,
    cancelled, surplus, review, reversed); `status` is the nearest that others see. `due_at` is
    when it is posted or asked about next.
    """

    order_id: str
    id = TextField(primary_key=True)
    order = ForeignKeyField(Order, backref="payments", index=False)
    attempt = IntegerField()
    ghala_payment_id = TextField(null=True, unique=True)
    amount = BigIntegerField()
    currency = TextField()
    payment_method = TextField()
    phone_number = TextField()
    status = TextField(
        constraints=[Check("status IN ('pending','success','failed','expired','needs_review')")]
    )
    stage = TextField()
    transaction_ref = TextField(null=True)
    payment_url = TextField(null=True)
    failure_reason = TextField(null=True)
    asks = IntegerField(default=0)
    posts = IntegerField(default=0)
    posted_at = BigIntegerField(null=True)
    due_at = BigIntegerField()
    owner = TextField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        """Unique keys are the last line: one open attempt and one success per order."""

        table_name = "payments"
        indexes = ((("order", "attempt"), True),)


Payment.add_index(
    Payment.index(
        Payment.order,
        unique=True,
        name="one_open_payment",
        where=IS_OPEN,
    )
)
Payment.add_index(
    Payment.index(Payment.order, unique=True, name="one_success", where=SQL("stage = 'success'"))
)
Payment.add_index(Payment.index(Payment.due_at, name="payments_open", where=IS_OPEN))


# What the dashboard's lists are searched and sorted by.
Order.add_index(
    Order.index(Order.created_at, Order.payment_status, Order.total_amount, name="orders_sales")
)
Payment.add_index(Payment.index(Payment.created_at, name="payments_recent"))
Payment.add_index(Payment.index(Payment.status, Payment.created_at, name="payments_by_status"))
Payment.add_index(Payment.index(Payment.transaction_ref, name="payments_by_reference"))
Customer.add_index(Customer.index(Customer.created_at, name="customers_recent"))
Customer.add_index(Customer.index(Customer.name, name="customers_named"))


class Figures(Table):
    """So many orders of one kind, placed within a quarter of an hour, and their money."""

    since = BigIntegerField()
    status = TextField()
    payment_status = TextField()
    currency = TextField()
    orders = BigIntegerField()
    amount = BigIntegerField()


class OrderChange(Figures):
    """What an order's change adds to the figures; the database's triggers write it."""

    id = BigAutoField()

    class Meta:
        """Plural, as all."""

        table_name = "order_changes"


class OrderTally(Figures):
    """The figures until the last folding; `since` is -1 for those of all times."""

    class Meta:
        """Plural, as all."""

        table_name = "order_tallies"
        primary_key = CompositeKey("since", "status", "payment_status", "currency")


class PaymentLog(Table):
    """Everything heard about payments, with what was decided; never changed."""

    id = BigAutoField()
    payment_id = TextField(null=True, index=True)
    source = TextField()  # webhook, poll, answer, person
    body = TextField()
    verdict = TextField()
    at = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "payment_log"


class Receipt(Table):
    """The proof that an order was paid: one for each paid order, for one payment."""

    order = ForeignKeyField(Order, primary_key=True)
    payment = ForeignKeyField(Payment, unique=True)
    created_at = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "receipts"


class Conversation(Table):
    """Where a customer stands, and what was answered so far."""

    phone = TextField(primary_key=True)
    state = TextField()
    memory = TextField(default="{}")
    language = TextField(default="")
    visit = IntegerField(default=0)  # how many states were entered: an old timer knows an older one
    seq = IntegerField(default=0)  # how many messages were sent: the outbox's key
    flow = TextField(default="")  # the version that spoke last
    heard_at = BigIntegerField(default=0)  # the customer's last message: WhatsApp's 24 hours
    updated_at = BigIntegerField()
    silent_until = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])  # the bot is
    asked_at = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])  # for a person
    entered_at = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])  # its state

    class Meta:
        """Plural, as all."""

        table_name = "conversations"


Conversation.add_index(
    Conversation.index(
        Conversation.updated_at, Conversation.phone, Conversation.state, name="conversations_recent"
    )
)
Conversation.add_index(
    Conversation.index(
        Conversation.asked_at, name="conversations_asking", where=SQL("asked_at > 0")
    )
)


class Move(Table):
    """One step of one customer, written by the database's triggers; '' is outside of the shop.

    Who was answered and stays moves to the state where they stand. `waited` is the time in the
    state that was left, in milliseconds; -1 where it is not known, or nothing was left.
    """

    id = BigAutoField()
    at = BigIntegerField()
    source = TextField()
    target = TextField()
    waited = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "moves"


class MoveTally(Table):
    """The steps until the last folding, by days of the shop's; `since` is -1 for all times."""

    since = BigIntegerField()
    source = TextField()
    target = TextField()
    wait = BigIntegerField()  # the least of its bucket, in milliseconds
    moves = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "move_tallies"
        primary_key = CompositeKey("since", "source", "target", "wait")


class Departure(Table):
    """How many fell silent in a state on a day, and what they had ordered and not paid."""

    since = BigIntegerField()
    state = TextField()
    currency = TextField()  # '' of those who owed nothing
    customers = BigIntegerField()
    amount = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "departures"
        primary_key = CompositeKey("since", "state", "currency")


class Mark(Table):
    """How far a walk through the books has come."""

    name = TextField(primary_key=True)
    at = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "marks"


class Inbox(Table):
    """Everything heard, once: the key is the sender's, so the same thing twice is one row."""

    key = TextField(primary_key=True)
    kind = TextField()  # the event's name
    phone = TextField()
    body = TextField()
    outcome = TextField()  # done, unheard, ignored, silent, waiting, flood, set_aside, again, early
    error = TextField(null=True)
    reference = TextField(null=True)
    received_at = BigIntegerField(index=True)
    done_at = BigIntegerField(null=True)

    class Meta:
        """A conversation is read back by phone."""

        table_name = "inbox"
        indexes = ((("phone", "received_at"), False),)


Inbox.add_index(
    Inbox.index(Inbox.outcome, Inbox.received_at, name="inbox_not_done", where=IS_NOT_DONE)
)


class Outbox(Table):
    """Every message owed to a customer; the key goes with each try, so twice is once."""

    id = BigAutoField()
    key = TextField(unique=True)  # phone:seq
    phone = TextField()
    body = TextField()
    cause = TextField()  # the inbox key that it answers
    status = TextField(default="new")  # new, sent, dead, expired
    attempts = IntegerField(default=0)
    due_at = BigIntegerField()
    lease_until = BigIntegerField(default=0)
    owner = TextField(null=True)
    expires_at = BigIntegerField()
    error = TextField(null=True)
    provider_id = TextField(null=True)
    tick = TextField(null=True)  # sent, delivered, read, failed: what the phone reported
    created_at = BigIntegerField()
    sent_at = BigIntegerField(null=True)
    flow = TextField(null=True)  # why the bot said it: see `grounds`
    state = TextField(null=True)
    line = TextField(null=True)
    rule = TextField(null=True)
    missed_in = TextField(null=True)
    visit = IntegerField(null=True)

    class Meta:
        """Plural, as all."""

        table_name = "outbox"
        indexes = ((("phone", "status", "id"), False),)


Outbox.add_index(
    Outbox.index(Outbox.due_at, Outbox.id, name="outbox_due", where=SQL("status = 'new'"))
)
Outbox.add_index(
    Outbox.index(Outbox.provider_id, name="outbox_known", where=SQL("provider_id IS NOT NULL"))
)
Outbox.add_index(Outbox.index(Outbox.id, name="outbox_given_up", where=IS_GIVEN_UP))
Outbox.add_index(
    Outbox.index(
        Outbox.missed_in, Outbox.id, name="outbox_missed", where=SQL("missed_in IS NOT NULL")
    )
)


class Timer(Table):
    """Something that comes due: a reminder, a state's `after`."""

    key = TextField(primary_key=True)
    phone = TextField(index=True)
    body = TextField()
    due_at = BigIntegerField(index=True)

    class Meta:
        """Plural, as all."""

        table_name = "timers"


class Intervention(Table):
    """What a person did by hand, who it was, and to what; never changed."""

    id = BigAutoField()
    at = BigIntegerField(index=True)
    who = TextField()
    did = TextField()  # inbox.replay, outbox.retry, …
    subject = TextField(index=True)

    class Meta:
        """Plural, as all."""

        table_name = "interventions"


class Decision(Table):
    """What a person decided about an order or a payment, and why; never changed."""

    id = BigAutoField()
    at = BigIntegerField(index=True)
    who = TextField()
    did = TextField()  # order.deliver, order.cancel, payment.refund, …
    subject = TextField(index=True)  # the order's id
    was = TextField()
    became = TextField()
    reason = TextField()

    class Meta:
        """Plural, as all."""

        table_name = "decisions"


class FlowVersion(Table):
    """Each flow file that was ever live, by its hash."""

    hash = TextField(primary_key=True)
    yaml = TextField()
    created_at = BigIntegerField()

    class Meta:
        """Plural, as all."""

        table_name = "flow_versions"


class ActiveFlow(Table):
    """The one row that says which version is live, for all processes."""

    flow_id: str
    id = IntegerField(primary_key=True)
    flow = ForeignKeyField(FlowVersion)
    since = BigIntegerField()

    class Meta:
        """One row."""

        table_name = "active_flow"


class Stock(Table):
    """How many are left of a product that is counted."""

    product_id = TextField(primary_key=True)
    left = IntegerField(constraints=[Check('"left" >= 0')])

    class Meta:
        """Uncountable."""

        table_name = "stock"


TABLES = (
    Customer, Order, OrderLine, Payment, PaymentLog, Receipt, Conversation, Inbox, Outbox, Timer,
    FlowVersion, ActiveFlow, Stock, Intervention, Decision,
    OrderChange, OrderTally, Move, MoveTally, Departure, Mark,
)  # fmt: skip
