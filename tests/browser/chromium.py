"""A headless Chromium that is driven over a pair of pipes by the DevTools protocol; nothing besides Chromium is needed."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class Browser:
    """One page of one browser, which collects what the page asks of the network and which errors it makes."""

    def __init__(self, profile: Path, patience: float = 60):
        """Start Chromium with its profile in the folder `profile`; wait at most `patience` seconds for any answer."""
        assert CHROMIUM, "these tests need Chromium: apt-get install chromium, as .ci/run does"
        self.patience, self.numbers = patience, itertools.count(1)
        self.buffer, self.events = b"", []
        theirs_in, self.write_end = os.pipe()
        self.read_end, theirs_out = os.pipe()

        def hand_over():  # the protocol's pipes are the descriptors 3 and 4 of the browser
            spare = [os.dup(theirs_in), os.dup(theirs_out)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        command = [CHROMIUM, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, preexec_fn=hand_over, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.session = None
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(each["targetId"] for each in targets if each["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self) -> None:
        """End the browser."""
        self.session = None
        self.send("Browser.close")
        self.process.wait(self.patience)
        os.close(self.write_end)
        os.close(self.read_end)

    def send(self, method: str, **parameters) -> dict:
        """Send one command and return its result; events that come before it are kept in `events`."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def open(self, page: Path, width: int, height: int = 1200, dark: bool = False) -> None:
        """Open a file as a window of that size shows it, in light or dark, and wait until it is drawn."""
        self.events.clear()
        phone = width < 600
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.send("Page.navigate", url=page.as_uri())
        end = time.monotonic() + self.patience
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            assert time.monotonic() < end, f"{page} did not load"
            self.events.append(self._next())
        self.wait_until_drawn()

    def wait_until_drawn(self) -> None:
        """Wait for the next frame: what was folded is laid out by then."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")

    def evaluate(self, expression: str):
        """Return the value of a JavaScript expression on the page, run as at a click of the reader; promises are waited for."""
        told = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def screenshot(self, full: bool = False) -> bytes:
        """Return the window, or the full page, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png", captureBeyondViewport=full)["data"])

    def pdf(self) -> bytes:
        """Return the page as it prints."""
        return base64.b64decode(self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def of(self, method: str) -> list[dict]:
        """Return the parameters of the events of that name since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def _next(self) -> dict:
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read_end], [], [], self.patience)
            assert ready, "Chromium does not answer"
            received = os.read(self.read_end, 1 << 20)
            assert received, "Chromium has ended"
            self.buffer += received
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)
