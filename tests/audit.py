"""What the books must never show: each question returns no row when all is well."""

from store import clock
from store.database import database

#: Question by name; `{now}` is the time of the shop in milliseconds.
QUESTIONS = {
    "a paid order has exactly its price in successes, an unpaid one none": """
        SELECT o.id FROM orders o
        LEFT JOIN payments p ON p.order_id = o.id AND p.stage = 'success'
        GROUP BY o.id, o.payment_status, o.total_amount
        HAVING COALESCE(SUM(p.amount), 0)
               <> CASE WHEN o.payment_status = 'paid' THEN o.total_amount ELSE 0 END""",
    "an order's total is the sum of its lines": """
        SELECT o.id FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
        GROUP BY o.id, o.total_amount
        HAVING COALESCE(SUM(l.quantity * l.unit_price), 0) <> o.total_amount""",
    "one receipt for each paid order, none otherwise": """
        SELECT o.id FROM orders o LEFT JOIN receipts r ON r.order_id = o.id
        WHERE (o.payment_status = 'paid') <> (r.order_id IS NOT NULL)""",
    "a receipt is for the payment that succeeded": """
        SELECT r.order_id FROM receipts r JOIN payments p ON p.id = r.payment_id
        WHERE p.stage <> 'success' OR p.order_id <> r.order_id""",
    "no order without its customer": """
        SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
        WHERE c.id IS NULL""",
    "no payment without its order": """
        SELECT p.id FROM payments p LEFT JOIN orders o ON o.id = p.order_id
        WHERE o.id IS NULL""",
    "no line without its order": """
        SELECT l.id FROM order_lines l LEFT JOIN orders o ON o.id = l.order_id
        WHERE o.id IS NULL""",
    "no message is owed for longer than a day": """
        SELECT id FROM outbox WHERE status = 'new' AND created_at < {now} - 86400000""",
    "no lease is older than ten minutes": """
        SELECT id FROM outbox WHERE status = 'new' AND lease_until > {now} + 600000""",
    "each number's messages are counted without a gap": """
        SELECT c.phone FROM conversations c LEFT JOIN outbox o ON o.phone = c.phone
        GROUP BY c.phone, c.seq HAVING COUNT(o.id) <> c.seq""",
    "a message belongs to a conversation": """
        SELECT o.id FROM outbox o LEFT JOIN conversations c ON c.phone = o.phone
        WHERE c.phone IS NULL""",
    "a message answers something that was heard": """
        SELECT o.id FROM outbox o LEFT JOIN inbox i ON i.key = o.cause WHERE i.key IS NULL""",
    "at most one open attempt for each order": """
        SELECT order_id FROM payments WHERE stage IN ('requested', 'unknown', 'pending')
        GROUP BY order_id HAVING COUNT(*) > 1""",
    "at most one success for each order": """
        SELECT order_id FROM payments WHERE stage = 'success'
        GROUP BY order_id HAVING COUNT(*) > 1""",
    "no shelf holds less than nothing": """
        SELECT product_id FROM stock WHERE "left" < 0""",
}


def violations(*, now):
    """Ask all of them; name each that finds something, with what it found."""
    asked = {name: question.format(now=clock.ms(now)) for name, question in QUESTIONS.items()}
    found = {name: database.execute_sql(sql).fetchall() for name, sql in asked.items()}
    return {name: rows for name, rows in found.items() if rows}
