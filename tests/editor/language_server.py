"""A session with yaml-language-server over stdio, as an editor holds it."""

import itertools
import json
import subprocess
from pathlib import Path

#: What the server asks its editor for. It shall look up nothing on the network.
SETTINGS = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}},
    "http": {},
}
ABLE = {
    "workspace": {"configuration": True},
    "textDocument": {"hover": {"contentFormat": ["markdown"]}},
}


class LanguageServer:
    """The real server, in a process of its own."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ids = itertools.count(1)
        self.underlined: dict[str, list[dict]] = {}
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=ABLE)
        self.tell("initialized")

    def open(self, file: Path, text: str) -> list[dict]:
        """Show a file with this text in the editor; give what the server underlines in it."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)
        while file.as_uri() not in self.underlined:
            self._hear()
        return self.underlined[file.as_uri()]

    def hover(self, file: Path, line: int, column: int) -> str:
        """Give what is shown beside the word under the mouse."""
        answer = self._ask_at("textDocument/hover", file, line, column)
        return answer["contents"]["value"] if answer else ""

    def complete(self, file: Path, line: int, column: int) -> list[dict]:
        """Give what is offered to whoever types here."""
        return self._ask_at("textDocument/completion", file, line, column)["items"]

    def ask(self, method: str, **params):
        """Ask, and wait for the answer."""
        asked = next(self.ids)
        self._send(id=asked, method=method, params=params)
        while True:
            heard = self._hear()
            if heard.get("id") == asked and "method" not in heard:
                return heard["result"]

    def tell(self, method: str, **params) -> None:
        """Tell what has no answer."""
        self._send(method=method, params=params)

    def close(self) -> None:
        """End the session; whatever still runs then is killed."""
        try:
            self.ask("shutdown")
            self.tell("exit")
            self.process.communicate(timeout=10)
        finally:
            self.process.kill()

    def _ask_at(self, method: str, file: Path, line: int, column: int):
        position = {"line": line - 1, "character": column - 1}
        return self.ask(method, textDocument={"uri": file.as_uri()}, position=position)

    def _hear(self) -> dict:
        """Take one message: keep what is underlined, answer what the server asks."""
        heard = self._received()
        if heard.get("method") == "textDocument/publishDiagnostics":
            self.underlined[heard["params"]["uri"]] = heard["params"]["diagnostics"]
        elif heard.get("method") == "workspace/configuration":
            wanted = [SETTINGS.get(item["section"]) for item in heard["params"]["items"]]
            self._send(id=heard["id"], result=wanted)
        elif "method" in heard and "id" in heard:
            self._send(id=heard["id"], result=None)
        return heard

    def _send(self, **message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _received(self) -> dict:
        length = 0
        while header := self.process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "yaml-language-server has ended"
        return json.loads(self.process.stdout.read(length))
