"""The books: orders, payments, conversations and the mail in and out, kept in one database."""
