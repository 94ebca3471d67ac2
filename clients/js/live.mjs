#!/usr/bin/env node
// Prints the rows of an agent as they happen, one JSON object a line; those of a lost connection follow when it is back.
//
//     SINAL_TOKEN=… node live.mjs --url http://127.0.0.1:8080 --agent vitals
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    agent: { type: 'string', default: '' },
    stream: { type: 'string' }, // only this one
    metrics: { type: 'string' }, // only these, with commas between
    from: { type: 'string' }, // a time, or the place that an earlier run ended at
  },
});
const SILENCE_MS = 30_000; // a quiet stream has a comment each 10 s
let token = process.env.SINAL_TOKEN ?? '', renewAt = 0;
let place = options.from; // id of the last event: where to go on
const say = text => console.error('live:', text);

// The fields of each server-sent event, nothing for a comment. An event that was cut in the middle does not count.
async function* events(body) {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const parts = (text + piece).split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      yield Object.fromEntries([...part.matchAll(/^([^:\n]+): ?(.*)$/gm)].map(([, name, value]) => [name, value]));
    }
  }
}

// A telemetry_chunk holds columns. A value of null is absent, unless `special` says NaN or an infinity.
function* rows(chunk) {
  for (const [i, timestamp] of chunk.timestamps.entries()) {
    const values = chunk.channels.map((name, c) => [name, chunk.special?.[name]?.[i] ?? chunk.values[c][i]]);
    const metrics = Object.fromEntries(values.filter(([, value]) => value !== null));
    yield { stream: chunk.stream, epoch: chunk.epoch, seq: chunk.seq + i, timestamp, metrics };
  }
}

async function open(path, request) {
  const headers = { Authorization: 'Bearer ' + token, ...request.headers };
  const answer = await fetch(options.url + path, { ...request, headers });
  if (answer.ok) return answer;
  const fatal = answer.status < 500 && ![408, 429].includes(answer.status);
  throw Object.assign(new Error(`${answer.status} ${await answer.text()}`), { fatal });
}

// A stream ends with its token. Half-way through, the token of the next connection is taken.
async function renew() {
  if (performance.now() < renewAt) return;
  const fresh = await (await open('/auth/refresh', { method: 'POST', signal: AbortSignal.timeout(SILENCE_MS) })).json();
  token = fresh.token;
  renewAt = performance.now() + fresh.expires_in * 500;
}

function show({ event, data }) {
  const { payload } = JSON.parse(data);
  if (event === 'telemetry_chunk') {
    process.stdout.write([...rows(payload)].map(row => JSON.stringify(row) + '\n').join(''));
  } else if (event === 'stream_gap') {
    say(`gap in ${payload.stream} from ${payload.from} to ${payload.to}: ${payload.cause}`);
  }
}

// Reads until the connection ends.
async function follow() {
  await renew();
  const { agent: agent_id, stream, metrics } = options;
  const wanted = Object.entries({ agent_id, stream, metrics }).filter(([, value]) => value);
  const headers = { Accept: 'text/event-stream', ...(place && { 'Last-Event-ID': place }) };
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('nothing came')), SILENCE_MS);
  try {
    const { body } = await open('/telemetry/live?' + new URLSearchParams(wanted), { headers, signal: silence.signal });
    say('connected');
    for await (const event of events(body)) {
      timer.refresh();
      await renew();
      if (event.data) show(event);
      place = event.id ?? place;
    }
  } finally {
    clearTimeout(timer);
  }
}

process.stdout.on('error', () => process.exit(0)); // nobody reads any more
process.once('exit', () => say(`ended; go on with --from ${place}`)).once('SIGINT', () => process.exit(130));
for (let wait = 1; ;) {
  const begin = performance.now();
  const why = await follow().then(() => 'the stream ended', failure => failure);
  say(`not connected: ${why.message ?? why} ${why.cause?.message ?? ''}`);
  if (why.fatal) process.exit(1);
  wait = performance.now() - begin > 10_000 ? 1 : Math.min(30, 2 * wait);
  await sleep(Math.random() * wait * 1000); // not in step with the other readers
}
