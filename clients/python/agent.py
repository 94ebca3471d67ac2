#!/usr/bin/env python3
"""An external agent: takes samples at a fixed rate and pushes them to Sinal in batches; each is stored exactly once.

    SINAL_TOKEN=… python3 agent.py --url http://127.0.0.1:8080 --agent bench-1 --source system --rate 2
"""
import argparse, collections, functools, json, math, os, random, shutil, signal, sys, threading, time, uuid
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SOURCES = {  # number of the sample -> metrics. Put your own device here.
    "numbers": lambda n: {"n": n},
    "sine": lambda n: {"n": n, "sine": math.sin(n / 20)},
    "system": lambda n: {"cpu_s": time.process_time(), "disk_free_gb": shutil.disk_usage(os.getcwd()).free / 1e9},
}
say = functools.partial(print, "agent:", file=sys.stderr)


def sample(options, buffer, finished):
    """Runs beside the sender, so that the rate does not depend on the network. A full buffer drops its oldest sample."""
    begin = time.monotonic()
    try:
        for n in range(1, options.count + 1):
            if finished.wait(max(0, begin + n / options.rate - time.monotonic())):
                break
            buffer.append((n, time.time_ns(), SOURCES[options.source](n)))
    finally:
        finished.set()


class Sender:
    def __init__(self, options):
        self.options, self.token, self.renew_at = options, os.environ.get("SINAL_TOKEN", ""), 0
        self.stored, self.last, self.give_up_at, self.finished = 0, 0, math.inf, threading.Event()

    def post(self, path, body, headers):
        headers = {"Authorization": "Bearer " + self.token, **headers}
        with urlopen(Request(self.options.url + path, body, headers), timeout=40) as answer:
            return json.load(answer)

    def renew(self):
        """A token lives an hour unless it was signed for longer: half-way through, it is exchanged for a new one."""
        if time.monotonic() >= self.renew_at:
            fresh = self.post("/auth/refresh", b"", {})
            self.token, self.renew_at = fresh["token"], time.monotonic() + fresh["expires_in"] / 2

    def push(self, batch):
        """Repeats until the batch is committed: after 0.2 to 30 s, longer each time and never in step with other programs."""
        for n, _, _ in batch:
            if n > self.last + 1:
                say(f"the buffer was full: samples {self.last + 1} to {n - 1} are lost")
            self.last = n
        metrics = list(dict.fromkeys(name for _, _, values in batch for name in values))
        payload = {"agent_id": self.options.agent, "stream": self.options.stream, "channels": metrics,
                   "timestamps": [at for _, at, _ in batch],
                   "values": [[values.get(name) for _, _, values in batch] for name in metrics]}
        body = json.dumps({"type": "telemetry_chunk", "payload": payload}).encode()
        # One key for all attempts: what was stored although the answer got lost is not stored again.
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        for attempt in range(10**9):
            try:
                self.renew()
                self.stored += self.post("/telemetry", body, headers)["committed"]
                return
            except HTTPError as refused:
                if refused.code < 500 and refused.code not in (408, 409, 429):  # 409: stopped, until somebody starts it
                    raise SystemExit(f"agent: {len(batch)} samples refused: {refused.read().decode(errors='replace')}")
                after = refused.headers.get("Retry-After", "")
                why, wait = str(refused), int(after) if after.isdigit() else 0
            except (OSError, HTTPException) as lost:  # no answer, or half of one: it may be stored or not
                why, wait = repr(lost), 0
            if time.monotonic() > self.give_up_at:
                raise SystemExit(f"agent: no answer; samples {batch[0][0]} to {batch[-1][0]} may not be stored: {why}")
            wait = max(wait, random.uniform(0.2, min(30, 0.4 * 2 ** min(attempt, 7))))
            say(f"not stored yet, again in {wait:.1f} s: {why}")
            time.sleep(wait)

    def stop(self, number, frame):  # Ctrl-C: what is buffered is still sent, for 10 s; a second one ends at once
        signal.signal(number, signal.SIG_DFL)
        self.give_up_at = time.monotonic() + 10
        self.finished.set()


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--agent", required=True, help="its id; a new one is made if the token has agent:control")
parser.add_argument("--source", choices=SOURCES, default="sine")
for name, default, meaning in (("url", "http://127.0.0.1:8080", "of the gateway"), ("stream", "main", "its name"),
                               ("rate", 10.0, "samples a second"), ("count", 10**12, "end after so many samples"),
                               ("every", 0.5, "seconds between batches"), ("batch", 1000, "most samples in one"),
                               ("buffer", 100_000, "samples kept while the suite is away")):
    parser.add_argument("--" + name, type=type(default), default=default, help=meaning)
options = parser.parse_args()
buffer, sender = collections.deque(maxlen=options.buffer), Sender(options)
signal.signal(signal.SIGINT, sender.stop)
signal.signal(signal.SIGTERM, sender.stop)
threading.Thread(target=sample, args=(options, buffer, sender.finished), daemon=True).start()
while not sender.finished.wait(options.every) or buffer:
    for _ in range(math.ceil(len(buffer) / options.batch)):
        sender.push([buffer.popleft() for _ in range(min(len(buffer), options.batch))])
say(f"{sender.stored} samples stored")
