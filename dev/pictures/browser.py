"""Chromium, driven through its DevTools: what a person sees of a page, as a picture."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import requests
import websocket

PATIENCE = 20
WIDE, PHONE = 1400, 400
LEAST = {WIDE: 560, PHONE: 720}
# Enough to know a page by, and small enough for a guide.
MOST = 1000
# Nothing moves, and no caret blinks; a toast tells of what led here, not of the page.
STILL = """
addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = `
        *, *::before, *::after {
            animation: none !important;
            transition: none !important;
            caret-color: transparent !important;
        }
        .o_notification_manager, .o-mail-ChatHub { display: none !important; }
    `;
    document.head.append(style);
});
"""
LOADING = ".o_loading_indicator, .o_blockUI, .o_skeleton, .o_kanban_ghost_loading"
# By how much the tallest part of the page that scrolls is cut.
HIDDEN_HEIGHT = """
Math.max(0, ...[document.documentElement, ...document.querySelectorAll('body *')]
    .filter(e => e.scrollHeight > e.clientHeight + 1 && e.clientHeight > 100 &&
        (e === document.documentElement ||
         ['auto', 'scroll'].includes(getComputedStyle(e).overflowY)))
    .map(e => e.scrollHeight - e.clientHeight))
"""
# What stands to the right of the page and cannot be scrolled to.
OUTSIDE = """
[...document.querySelectorAll('.o_action_manager *, .modal *')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().width &&
        e.getBoundingClientRect().right > innerWidth + 2)
    .filter(e => {
        for (let up = e.parentElement; up; up = up.parentElement) {
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX) &&
                up.getBoundingClientRect().right <= innerWidth + 2) return false;
        }
        return true;
    })
    .slice(0, 3).map(e => e.tagName + '.' + e.className)
"""


class NotSeen(Exception):
    """The page does not show what it should."""


class Browser:
    """A window in which somebody is logged in to Odoo."""

    def __init__(self, odoo):
        """:param odoo: the session of a demo_flow.Odoo"""
        self.odoo = odoo
        self.width = WIDE
        self.errors = []
        self._number = 0
        self._folder = tempfile.mkdtemp(prefix="fiken-pictures-")
        self._process = subprocess.Popen(
            [
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--force-prefers-reduced-motion",
                "--font-render-hinting=none",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self._folder}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._connect()
        except BaseException:
            self.close()
            raise

    def _connect(self):
        port = self._port()
        targets = requests.get(f"http://127.0.0.1:{port}/json", timeout=10).json()
        page = next(one for one in targets if one["type"] == "page")
        self._socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=PATIENCE
        )
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._command(f"{domain}.enable")
        self._command("Page.addScriptToEvaluateOnNewDocument", source=STILL)
        self._command("Emulation.setTimezoneOverride", timezoneId="Europe/Oslo")
        self._command(
            "Network.setCookie",
            name="session_id",
            value=self.odoo.http.cookies["session_id"],
            url=self.odoo.url,
        )

    def _port(self):
        told = Path(self._folder, "DevToolsActivePort")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if told.exists() and "\n" in told.read_text():
                return told.read_text().split("\n")[0]
            time.sleep(0.1)
        raise NotSeen("Chromium does not start")

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    # What a person does

    def resize(self, width, height=None):
        self.width = width
        self._command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height or LEAST[width],
            deviceScaleFactor=1,
            mobile=width == PHONE,
        )
        self._command("Emulation.setTouchEmulationEnabled", enabled=width == PHONE)

    def go(self, path, sees):
        # A page of the same address would only be scrolled.
        self._command("Page.navigate", url="about:blank")
        self._command("Page.navigate", url=self.odoo.url + path)
        self.sees(sees)

    def sees(self, what):
        self._wait(f"!!document.querySelector({json.dumps(what)})", what)
        self._wait(f"!document.querySelector({json.dumps(LOADING)})", "the page drawn")

    def presses(self, what):
        self._wait(
            f"(e => {{ if (!e) return false; e.click(); return true; }})("
            f"[...document.querySelectorAll({json.dumps(what)})]"
            ".find(e => e.checkVisibility() && !e.disabled))",
            what,
        )
        self._wait(f"!document.querySelector({json.dumps(LOADING)})", "the page drawn")

    def runs(self, script):
        answer = self._command(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        return answer.get("result", {}).get("value")

    # The picture

    def picture(self):
        """The whole page as PNG, when it has stopped changing."""
        self._wait("document.fonts.status === 'loaded'", "its fonts")
        self.resize(self.width)
        taken = self._still()
        for _attempt in range(3):
            hidden = int(self.runs(HIDDEN_HEIGHT) or 0)
            height = min(self.runs("innerHeight") + hidden, MOST)
            if height == self.runs("innerHeight"):
                break
            self.resize(self.width, height)
            taken = self._still()
        return taken

    def outside(self):
        """What cannot be seen, however one scrolls."""
        return self.runs(OUTSIDE) or []

    def _still(self):
        """The same picture twice in a row."""
        before, end = None, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            taken = self._command("Page.captureScreenshot", format="png")["data"]
            if taken == before:
                return base64.b64decode(taken)
            before = taken
            time.sleep(0.2)
        raise NotSeen("the page at rest")

    # Talking to it

    def _wait(self, condition, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.runs(condition):
                return
            time.sleep(0.1)
        where = self.runs("location.href + ' ' + document.body.innerText.slice(0, 300)")
        raise NotSeen(f"{what}: {where}")

    def _command(self, method, **params):
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                return answer.get("result", {})
            self._note(answer.get("method"), answer.get("params", {}))

    def _note(self, event, told):
        """What the console says is wrong."""
        if event == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            exception = details.get("exception", {}).get("description", "")
            self.errors.append(f"{details.get('text')} {exception}"[:500])
        elif event == "Runtime.consoleAPICalled" and told["type"] == "error":
            said = [one.get("value", one.get("description")) for one in told["args"]]
            self.errors.append(" ".join(map(str, said))[:500])
        elif event == "Log.entryAdded" and told["entry"]["level"] == "error":
            entry = told["entry"]
            self.errors.append(f"{entry['text']} {entry.get('url', '')}"[:500])
