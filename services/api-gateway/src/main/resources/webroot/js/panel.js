// @ts-check
import { byId, h, text, timeOfDay } from './dom.js';
import { Trace, describe } from './traces.js';
import { NumberTile } from './numbers.js';

const FAST_HZ = 20;
const MARKERS_KEPT = 200;
const MARKERS_LISTED = 6;

/** The chosen agent's streams: fast ones as traces, slow ones as numbers, texts as events. */
export class StreamPanel {
  constructor() {
    this.views = new Map();
    this.markers = [];
    this.gaps = [];
    this.traces = byId('traces');
    this.numbers = byId('numbers');
  }

  clear() {
    for (const view of this.views.values()) view.parts.forEach(part => part.remove());
    this.views.clear();
    this.markers = [];
    this.gaps = [];
    this.traces.replaceChildren();
    this.numbers.replaceChildren();
  }

  /** Makes room for a stream; a new layout of a known one takes its place. */
  add(stream) {
    const known = this.views.get(stream.id);
    const layout = JSON.stringify([stream.channels, stream.format, stream.nominal_rate]);
    if (known && known.layout === layout) return;
    if (known) known.parts.forEach(part => part.remove());
    const view = { stream, layout, kind: kindOf(stream), parts: [], hidden: false };
    if (view.kind === 'trace') {
      view.parts = [new Trace(stream)];
      this.insert(view);
    } else if (view.kind === 'numbers') {
      view.parts = stream.channels.slice(0, 12).map((_, c) => new NumberTile(stream, c));
      this.numbers.append(...view.parts.map(part => part.element));
    } else {
      view.parts = [new EventList(stream)];
      this.insert(view);
    }
    this.views.set(stream.id, view);
  }

  /** Many channels first, then single ones, events last; the same on every visit. */
  insert(view) {
    const rank = one => (one.kind === 'events' ? 1e6 : 0) - one.stream.channels.length;
    const before = [...this.views.values()].filter(one => one.kind !== 'numbers' && one !== view
      && (rank(one) - rank(view) || (one.stream.name < view.stream.name ? -1 : 1)) > 0)
      .sort((a, b) => rank(a) - rank(b) || (a.stream.name < b.stream.name ? -1 : 1))[0];
    this.traces.insertBefore(view.parts[0].element, before ? before.parts[0].element : null);
  }

  frame(stream, frame) {
    const view = this.views.get(stream.id);
    if (view && view.kind !== 'events') view.parts.forEach(part => part.push(frame));
    return view ? view.kind : null;
  }

  /** Samples of a text stream. */
  texts(payload) {
    const view = this.views.get(payload.stream_id);
    payload.timestamps.forEach((stamp, i) => {
      const label = payload.values.map(column => column[i]).filter(value => value !== null).join(' ');
      this.mark({ id: `${payload.stream_id}/${payload.epoch}/${payload.seq + i}`, time: Date.parse(stamp) / 1000, label });
    });
    if (view && view.kind === 'events') view.parts[0].show(this.markers);
  }

  mark(marker) {
    if (this.markers.some(known => known.id === marker.id || (known.label === marker.label && Math.abs(known.time - marker.time) < 0.002))) return;
    this.markers.push(marker);
    this.markers.sort((a, b) => a.time - b.time);
    if (this.markers.length > MARKERS_KEPT) this.markers.splice(0, this.markers.length - MARKERS_KEPT);
    for (const view of this.views.values()) if (view.kind === 'events') view.parts[0].show(this.markers);
  }

  gap(gap) {
    const key = `${gap.stream_id || gap.stream}/${gap.epoch}/${gap.from}`;
    const known = this.gaps.find(other => other.key === key);
    const shown = { key, stream: gap.stream_id || gap.stream, from: Date.parse(gap.from) / 1000, to: gap.to ? Date.parse(gap.to) / 1000 : null };
    if (known) Object.assign(known, shown);
    else this.gaps.push(shown);
    if (this.gaps.length > MARKERS_KEPT) this.gaps.shift();
  }

  draw(edge, seconds, now) {
    const top = [...this.traces.children].find(child => !(/** @type {HTMLElement} */ (child)).hidden);
    for (const view of this.views.values()) {
      if (view.hidden) continue;
      for (const part of view.parts) {
        if (view.kind === 'trace' && edge !== null) part.draw(edge, seconds, this.markers, this.gaps, part.element === top);
        else if (view.kind === 'numbers') part.draw(now);
      }
    }
  }

  recolour() {
    for (const view of this.views.values()) if (view.kind !== 'events') view.parts.forEach(part => part.recolour());
  }

  /** Shows these streams only; null = all. Others stay known: what is bound again goes on where it was. */
  only(ids) {
    for (const view of this.views.values()) {
      view.hidden = ids !== null && !ids.has(view.stream.id);
      for (const part of view.parts) part.element.hidden = view.hidden;
    }
  }

  isEmpty() {
    return [...this.views.values()].every(view => view.hidden);
  }

  /** What the collector says of each stream. */
  facts(streams) {
    for (const status of streams) {
      const view = this.views.get(status.id);
      if (view && view.parts[0].facts) view.parts[0].facts.replaceChildren(...factsOf(status));
    }
  }
}

function kindOf(stream) {
  if (stream.format === 'string' || stream.role === 'markers') return 'events';
  return stream.nominal_rate >= FAST_HZ ? 'trace' : 'numbers';
}

function factsOf(status) {
  const facts = [];
  const fact = (words, mark = '') => facts.push(h('span', { class: mark }, words));
  if (status.state && status.state !== 'running') fact(status.state, 'warn');
  if (status.nominal_rate > 0) {
    const off = Math.abs(status.rate - status.nominal_rate) > status.nominal_rate * 0.02;
    fact(`${status.rate.toFixed(1)} of ${+status.nominal_rate.toFixed(2)} Hz`, off ? 'warn' : '');
  } else if (status.rate > 0) {
    fact(`${status.rate.toFixed(2)} per second`);
  }
  if (typeof status.lag_s === 'number') fact(`stored after ${status.lag_s.toFixed(1)} s`, status.lag_s > 5 ? 'warn' : '');
  fact(status.gaps === 1 ? '1 gap' : `${status.gaps || 0} gaps`, status.gaps ? 'warn' : '');
  if (status.clock) {
    const { correction_s: correction, rtt_s: uncertainty } = status.clock;
    fact(`clock ${duration(correction)} ± ${duration(uncertainty).replace('+', '')}`);
  }
  return facts;
}

/** Clock differences range from microseconds to years. */
function duration(seconds) {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '−' : '+';
  if (size < 1e-3) return `${sign}${(size * 1e6).toFixed(0)} µs`;
  if (size < 1) return `${sign}${(size * 1e3).toFixed(1)} ms`;
  if (size < 600) return `${sign}${size.toFixed(2)} s`;
  if (size < 172_800) return `${sign}${(size / 3600).toFixed(1)} h`;
  return `${sign}${(size / 86_400).toFixed(0)} days`;
}

class EventList {
  constructor(stream) {
    this.list = h('ul', { class: 'marker-list' });
    this.facts = h('div', { class: 'facts' });
    this.empty = h('p', { class: 'muted' }, 'No events yet.');
    this.element = h('section', { class: 'card trace', 'data-testid': `trace-${stream.name}` },
      h('div', { class: 'card-head' }, h('h2', {}, stream.name), h('span', { class: 'muted' }, describe(stream)), this.facts), this.empty, this.list);
  }

  show(markers) {
    this.empty.hidden = markers.length > 0;
    this.list.replaceChildren(...markers.slice(-MARKERS_LISTED).reverse().map(marker =>
      h('li', {}, marker.label, h('time', {}, timeOfDay(marker.time * 1000)))));
  }

  remove() {
    this.element.remove();
  }
}

/** The newest log rows, newest first. */
export class LogPanel {
  constructor() {
    this.list = byId('log');
    this.note = byId('log-note');
  }

  show(items) {
    text(this.note, items.length ? '' : 'nothing in the last hour');
    this.list.replaceChildren(...items.slice(-40).reverse().map(item => h('li', {},
      h('time', { datetime: item.timestamp }, timeOfDay(item.timestamp)),
      h('span', { class: 'level', 'data-level': item.level }, item.level),
      h('span', { class: 'text' }, item.message))));
  }

  fail(message) {
    text(this.note, message);
  }
}
