"""JSON as the books keep it: dense, and in the letters in which it was written."""

import json

#: Made once: `json.dumps` with words of its own makes an encoder for every call.
packed = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
