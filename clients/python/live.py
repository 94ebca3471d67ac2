#!/usr/bin/env python3
"""Prints the rows of an agent as they happen, one JSON object a line; those of a lost connection follow when it is back.

    SINAL_TOKEN=… python3 live.py --url http://127.0.0.1:8080 --agent vitals
"""
import argparse, functools, json, os, random, sys, time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

say = functools.partial(print, "live:", file=sys.stderr)


def events(lines):
    """The fields of each server-sent event, None for a comment. An event that was cut in the middle does not count."""
    fields = {}
    for line in lines:
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        if not name:
            yield None if value else fields
            fields = {}
        else:
            fields[name] = value.removeprefix(" ")


def rows(chunk):
    """A telemetry_chunk holds columns. A value of null is absent, unless `special` says NaN or an infinity."""
    special = chunk.get("special", {})
    for i, timestamp in enumerate(chunk["timestamps"]):
        values = {name: special.get(name, {}).get(str(i), column[i])
                  for name, column in zip(chunk["channels"], chunk["values"])}
        yield {"stream": chunk["stream"], "epoch": chunk["epoch"], "seq": chunk["seq"] + i, "timestamp": timestamp,
               "metrics": {name: value for name, value in values.items() if value is not None}}


class Reader:
    def __init__(self, options):
        self.options, self.token, self.renew_at = options, os.environ.get("SINAL_TOKEN", ""), 0
        self.place = options.place  # id of the last event: where to go on

    def open(self, path, body=None, headers={}):
        headers = {"Authorization": "Bearer " + self.token, **headers}
        return urlopen(Request(self.options.url + path, body, headers), timeout=30)  # a quiet stream has a comment each 10 s

    def renew(self):
        """A stream ends with its token. Half-way through, the token of the next connection is taken."""
        if time.monotonic() >= self.renew_at:
            with self.open("/auth/refresh", b"") as answer:
                fresh = json.load(answer)
            self.token, self.renew_at = fresh["token"], time.monotonic() + fresh["expires_in"] / 2

    def follow(self):
        """Reads until the connection ends."""
        self.renew()
        wanted = {"agent_id": self.options.agent, "stream": self.options.stream, "metrics": self.options.metrics}
        query = urlencode({name: value for name, value in wanted.items() if value})
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": self.place} if self.place else {})}
        with self.open("/telemetry/live?" + query, None, headers) as stream:
            say("connected")
            for event in events(stream):
                self.renew()
                if event and "data" in event:
                    self.show(event["event"], json.loads(event["data"])["payload"])
                    self.place = event.get("id", self.place)

    def show(self, kind, payload):
        if kind == "telemetry_chunk":
            try:
                print(*map(json.dumps, rows(payload)), sep="\n", flush=True)
            except BrokenPipeError:  # nobody reads any more
                os._exit(0)
        elif kind == "stream_gap":
            say("gap in {stream} from {from} to {to}: {cause}".format_map(payload))


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--url", default="http://127.0.0.1:8080")
parser.add_argument("--agent", required=True)
parser.add_argument("--stream", help="only this one")
parser.add_argument("--metrics", help="only these, with commas between")
parser.add_argument("--from", dest="place", help="a time, or the place that an earlier run ended at")
reader, wait = Reader(parser.parse_args()), 0.5
try:
    while True:
        begin = time.monotonic()
        try:
            reader.follow()
            why = "the stream ended"
        except HTTPError as refused:
            if refused.code < 500 and refused.code not in (408, 429):
                raise SystemExit("live: refused: " + refused.read().decode(errors="replace"))
            why = str(refused)
        except (OSError, HTTPException) as lost:
            why = repr(lost)
        say(f"not connected, trying again: {why}")
        wait = 0.5 if time.monotonic() - begin > 10 else min(30, 2 * wait)
        time.sleep(random.uniform(0.1, wait))  # not in step with the other readers
except KeyboardInterrupt:
    say("ended; go on with --from", reader.place)
