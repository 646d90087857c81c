"""Why each message was tried again: every try after the first one is held against the one before.

There are two reasons. The answer to the try before left open whether Ghala had acted, or told
that it had not; or the very process that made that try was killed before it had written down
what came of it. A try is the reason of the next one only, and a process that is killed has one
message in hand for each of its senders.
"""

from collections import Counter, defaultdict
from itertools import pairwise

from web.server import ALONE

MESSAGES = "/whatsapp/messages"
IN_HAND = 5.0  # seconds: the slowest answer, and writing down on a busy machine that it came


def owed(key):
    """The outbox's own key, ``+254700000001:7``, in the one that went over the wire."""
    return ":".join(key.split(":")[:2])


class Repeats:
    """The tries of all messages; `reasons` counts them, `unexplained` names those without one.

    `kills` ends with who was killed and when. Where the provider does not know who asks, as on
    the stage of one process, everybody is the one that is killed.
    """

    def __init__(self, asked, kills, *, senders=ALONE.senders):
        self._ends = defaultdict(list)
        for *_, who, at in kills:
            self._ends[who].append(at)
        self._all = sorted(at for *_, at in kills)
        self.reasons, self.unexplained, held = Counter(), [], Counter()
        for key, tries in self._tries(asked).items():
            if len({each["key"] for each in tries}) > 1:
                self.unexplained.append(f"{key} was tried under another key")
            for one, next_ in pairwise(tries):
                why = self._reason(one, next_)
                self.reasons[why] += 1
                held[one.get("by")] += why == "killed"
                if why is None:
                    self.unexplained.append(
                        f"{key} was sent again after {one['then']} {one['status']}, "
                        f"by {one.get('by')}, then by {next_.get('by')}"
                    )
        self.unexplained += [
            f"{who} had {count} messages in hand when it was killed"
            for who, count in held.items()
            if who and count > senders
        ]

    def _tries(self, asked):
        found = defaultdict(list)
        for each in asked:
            if each["path"] == MESSAGES:
                found[owed(each["key"])].append(each)
        return {key: sorted(tries, key=self._at) for key, tries in found.items()}

    def _at(self, one):
        """When it was sent, at the latest: a busy provider may read it after its sender's death."""
        return min([one["stamp"], *self._ends.get(one.get("by"), ())])

    def _reason(self, one, next_):
        if one["status"] >= 300 or one["then"] == "reset":
            return "in doubt"
        if "by" not in one:
            end = min(one["stamp"] + IN_HAND, next_["stamp"])
            return "killed" if any(one["stamp"] <= at <= end for at in self._all) else None
        if one["by"] == next_["by"]:
            return None
        end = min(one["stamp"] + IN_HAND, self._at(next_))
        return "killed" if any(at <= end for at in self._ends.get(one["by"], ())) else None
