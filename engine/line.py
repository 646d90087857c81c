"""A line of a flow that knows in which file it stands, and by which use of a part it is read."""


class Line(int):
    """The number of a line; written out it names its file, unless that is the flow itself."""

    file: str
    use: str

    def __new__(cls, line: int, *, file: str = "", use: str = "") -> "Line":
        """Remember the file and the use beside the number."""
        made = super().__new__(cls, line)
        made.file, made.use = file, use
        return made

    def __str__(self) -> str:
        """Say which line is meant, for where a text names it."""
        return f"{int(self)} of {self.file}" if self.file else str(int(self))

    def __eq__(self, other: object) -> bool:
        """Two files have a line 1 each; two uses of a part share its lines."""
        return int.__eq__(self, other) is True and self.file == file_of(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__


def file_of(line: object) -> str:
    """Name the file beside the flow in which this line stands; the flow itself has no name."""
    return line.file if isinstance(line, Line) else ""


def use_of(line: object) -> str:
    """Name the state through whose use this line is read; none reads it but for itself."""
    return line.use if isinstance(line, Line) else ""
