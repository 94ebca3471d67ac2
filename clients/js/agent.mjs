#!/usr/bin/env node
// An external agent: takes samples at a fixed rate and pushes them to Sinal in batches; each is stored exactly once.
//
//     SINAL_TOKEN=… node agent.mjs --url http://127.0.0.1:8080 --agent bench-1 --source system --rate 2
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const SOURCES = { // number of the sample -> metrics. Put your own device here.
  numbers: n => ({ n }),
  sine: n => ({ n, sine: Math.sin(n / 20) }),
  system: () => ({ cpu_s: process.cpuUsage().user / 1e6, memory_free_gb: os.freemem() / 1e9 }),
};
const DEFAULTS = {
  url: 'http://127.0.0.1:8080',
  agent: '', // its id; a new one is made if the token has agent:control
  stream: 'main',
  source: 'sine',
  rate: '10', // samples a second
  count: '1e12', // end after so many samples
  every: '0.5', // seconds between batches
  batch: '1000', // most samples in one
  buffer: '100000', // samples kept while the suite is away; beyond, the oldest is dropped
};
const types = Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }]);
const { values: options } = parseArgs({ options: Object.fromEntries(types) });
const [rate, count, every, most, kept] = ['rate', 'count', 'every', 'batch', 'buffer'].map(name => Number(options[name]));

const buffer = [];
let token = process.env.SINAL_TOKEN ?? '', renewAt = 0, giveUpAt = Infinity;
let finished = false, stored = 0, last = 0;
const say = text => console.error('agent:', text);

async function sample() {
  const begin = performance.now();
  for (let n = 1; n <= count && !finished; n++) {
    for (let left; !finished && (left = begin + n * 1000 / rate - performance.now()) > 0;) await sleep(Math.min(500, left));
    buffer.push({ n, at: new Date().toISOString(), metrics: SOURCES[options.source](n) });
    if (buffer.length > kept) buffer.shift();
  }
}

async function post(path, body, headers) {
  const request = { method: 'POST', body, headers: { Authorization: 'Bearer ' + token, ...headers } };
  const answer = await fetch(options.url + path, { ...request, signal: AbortSignal.timeout(40_000) });
  if (answer.ok) return answer.json();
  const fatal = answer.status < 500 && ![408, 409, 429].includes(answer.status); // 409: stopped, until somebody starts it
  const after = Number(answer.headers.get('Retry-After')) || 0;
  throw Object.assign(new Error(`${answer.status} ${await answer.text()}`), { fatal, after });
}

// A token lives an hour unless it was signed for longer: half-way through, it is exchanged for a new one.
async function renew() {
  if (performance.now() < renewAt) return;
  const fresh = await post('/auth/refresh');
  token = fresh.token;
  renewAt = performance.now() + fresh.expires_in * 500;
}

// Repeats until the batch is committed: after 0.2 to 30 s, longer each time and never in step with other programs.
async function push(batch) {
  for (const { n } of batch) {
    if (n > last + 1) say(`the buffer was full: samples ${last + 1} to ${n - 1} are lost`);
    last = n;
  }
  const channels = [...new Set(batch.flatMap(({ metrics }) => Object.keys(metrics)))];
  const values = channels.map(name => batch.map(({ metrics }) => metrics[name] ?? null));
  const payload = { agent_id: options.agent, stream: options.stream, channels, timestamps: batch.map(({ at }) => at), values };
  const body = JSON.stringify({ type: 'telemetry_chunk', payload });
  // One key for all attempts: what was stored although the answer got lost is not stored again.
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
  for (let longest = 0.4; ; longest = Math.min(30, 2 * longest)) {
    try {
      await renew();
      stored += (await post('/telemetry', body, headers)).committed;
      return;
    } catch (failure) { // no answer, or half of one: it may be stored or not
      const why = `samples ${batch[0].n} to ${batch.at(-1).n}: ${failure.message} ${failure.cause?.message ?? ''}`;
      const over = failure.fatal || performance.now() > giveUpAt;
      const wait = Math.max(failure.after ?? 0, 0.2 + Math.random() * (longest - 0.2));
      say(over ? `not stored: ${why}` : `not stored yet, again in ${wait.toFixed(1)} s: ${why}`);
      if (over) process.exit(1);
      await sleep(wait * 1000);
    }
  }
}

function stop() { // Ctrl-C: what is buffered is still sent, for 10 s; the second time it ends at once
  finished = true;
  giveUpAt = performance.now() + 10_000;
}

process.once('SIGINT', stop).once('SIGTERM', stop);
sample().catch(failure => say(failure.stack)).finally(() => { finished = true; });
while (!finished || buffer.length > 0) {
  await sleep(every * 1000);
  for (let n = Math.ceil(buffer.length / most); n > 0; n--) await push(buffer.splice(0, most));
}
say(`${stored} samples stored`);
