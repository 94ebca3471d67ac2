// @ts-check
import { readFrame } from './frames.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const BACKFILL_S = 31;

/**
 * The live connection: signs in, subscribes to one agent in binary, remembers how far it is in each stream, and comes back by itself from there.
 * `on` has: state(name, text), streams(list), stream(one), frame(stream, frame), event(type, payload), refused(text).
 */
export class Live {
  constructor(token, on) {
    this.token = token;
    this.on = on;
    this.agent = null;
    this.subscription = null;
    this.streams = new Map();
    this.places = new Map();
    this.calls = new Map();
    this.ids = 0;
    this.wait = FIRST_WAIT_MS;
    this.closed = false;
    this.ready = false;
    this.socket = null;
    this.open();
  }

  open() {
    this.on.state('wait', this.places.size ? 'reconnecting…' : 'connecting…');
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(`${scheme}//${location.host}/ws`);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.begin().catch(() => socket.close());
    socket.onmessage = event => (typeof event.data === 'string' ? this.text(JSON.parse(event.data)) : this.binary(event.data));
    socket.onclose = event => this.lost(event);
  }

  async begin() {
    await this.call('authenticate', { token: this.token });
    this.ready = true;
    this.wait = FIRST_WAIT_MS;
    this.on.state('live', 'live');
    if (this.agent) await this.subscribe();
  }

  lost(event) {
    this.calls.forEach(call => call.fail(new Error('the connection was lost')));
    this.calls.clear();
    this.subscription = null;
    this.ready = false;
    if (this.closed) return;
    if (event.code === 4401 || event.code === 4403) {
      this.on.refused('The token is not valid any more. Sign in again.');
      return;
    }
    const wait = Math.round(this.wait * (0.75 + Math.random() * 0.5));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
    this.on.state('lost', 'connection lost, trying again');
    setTimeout(() => this.closed || this.open(), wait);
  }

  close() {
    this.closed = true;
    if (this.socket) this.socket.close();
  }

  call(method, params) {
    const id = ++this.ids;
    return new Promise((done, fail) => {
      this.calls.set(id, { done, fail });
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', method, params, id }));
    });
  }

  /** Watches another agent from here on. */
  async watch(agentId) {
    const before = this.subscription;
    this.agent = agentId;
    this.subscription = null;
    this.places.clear();
    this.streams.clear();
    // Before the connection knows who this is, begin() will subscribe.
    if (!this.ready) return;
    if (before !== null) this.call('unsubscribe', { subscription: before }).catch(() => {});
    await this.subscribe().catch(failure => this.on.event('refused', { detail: failure.message }));
  }

  async subscribe() {
    const agent = this.agent;
    const from = this.places.size ? [...this.places.values()] : await this.someSecondsAgo();
    const answer = await this.call('subscribe', { agent_id: agent, format: 'binary', from });
    if (agent !== this.agent) {
      this.call('unsubscribe', { subscription: answer.subscription }).catch(() => {});
      return;
    }
    this.subscription = answer.subscription;
    for (const stream of answer.streams) this.streams.set(stream.index, stream);
    this.on.streams(answer.streams);
  }

  /** By the gateway's clock: this computer's may be wrong. */
  async someSecondsAgo() {
    const { time } = await this.call('ping', {});
    return new Date(Date.parse(time) - BACKFILL_S * 1000).toISOString();
  }

  text(message) {
    if (message.id !== undefined && this.calls.has(message.id)) {
      const call = this.calls.get(message.id);
      this.calls.delete(message.id);
      if (message.error) call.fail(new Error(message.error.message));
      else call.done(message.result);
      return;
    }
    const params = message.params;
    if (!params || params.subscription !== this.subscription) return;
    if (message.method === 'stream') {
      this.streams.set(params.stream.index, params.stream);
      this.on.stream(params.stream);
    } else if (message.method === 'acp') {
      const { type, payload } = params.message;
      if (type === 'telemetry_chunk') this.place(payload.stream_id, payload.epoch, payload.seq + payload.timestamps.length - 1, Date.parse(payload.timestamps[0]));
      this.on.event(type, payload);
    }
  }

  binary(message) {
    const frame = readFrame(message);
    if (!frame || frame.subscription !== this.subscription) return;
    const stream = this.streams.get(frame.stream);
    if (!stream) return;
    const seen = this.places.get(stream.id);
    const last = frame.seq + (frame.count - 1) * Math.max(1, frame.step);
    if (seen && (frame.epoch < seen.epoch || (frame.epoch === seen.epoch && last <= seen.seq))) return;
    this.place(stream.id, frame.epoch, last, frame.seconds * 1000);
    this.on.frame(stream, frame);
  }

  place(stream, epoch, seq, ms) {
    this.places.set(stream, { stream, epoch, seq, timestamp: new Date(Math.floor(ms) - 1).toISOString() });
  }
}
