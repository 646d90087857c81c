"""The machine: a conversation written as a graph, read, checked and stepped through."""
