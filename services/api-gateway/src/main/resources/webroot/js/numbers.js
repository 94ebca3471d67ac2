// @ts-check
import { colours, h, text } from './dom.js';
import { pretty } from './traces.js';

const KEPT = 120;

/** One slow metric: its newest value in large digits and where it came from in small. */
export class NumberTile {
  constructor(stream, channel) {
    this.channel = channel;
    this.values = [];
    this.time = null;
    const { metric, unit } = stream.channels[channel];
    this.digits = h('span', {}, '–');
    this.foot = h('div', { class: 'foot' }, 'waiting for the first value');
    this.canvas = /** @type {HTMLCanvasElement} */ (h('canvas', { 'aria-hidden': 'true' }));
    this.element = h('section', { class: 'card number' },
      h('div', { class: 'label' }, stream.channels.length > 1 || stream.name === metric ? metric : `${stream.name} · ${metric}`),
      h('div', { class: 'value' }, this.digits, h('span', { class: 'unit' }, unit ? pretty(unit) : '')),
      this.canvas, this.foot);
    if (channel === 0) this.element.setAttribute('data-testid', `trace-${stream.name}`);
    this.dirty = true;
  }

  push(frame) {
    for (let i = 0; i < frame.count; i++) {
      const value = frame.value(this.channel, i);
      if (!Number.isFinite(value)) continue;
      this.values.push(value);
      this.time = frame.seconds + frame.offsets[i] * 1e-9;
    }
    if (this.values.length > KEPT) this.values.splice(0, this.values.length - KEPT);
    this.dirty = true;
  }

  draw(now) {
    const last = this.values[this.values.length - 1];
    if (last !== undefined && this.time !== null) {
      text(this.digits, Math.abs(last) >= 1000 ? last.toFixed(0) : last.toFixed(1));
      const age = Math.max(0, Math.round(now - this.time));
      text(this.foot, age < 2 ? 'just now' : age < 120 ? `${age} s ago` : `${Math.round(age / 60)} min ago`);
    }
    if (this.dirty) this.line();
  }

  recolour() {
    this.dirty = true;
  }

  line() {
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    const height = Math.round(this.canvas.clientHeight * devicePixelRatio);
    if (width === 0) return;
    this.dirty = false;
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext('2d');
    if (!context || this.values.length < 2) return;
    const low = Math.min(...this.values);
    const high = Math.max(...this.values);
    const room = 3 * devicePixelRatio;
    const y = value => (high === low ? height / 2 : room + (height - 2 * room) * (1 - (value - low) / (high - low)));
    context.strokeStyle = colours().traces[0];
    context.lineWidth = 1.5 * devicePixelRatio;
    context.lineJoin = 'round';
    context.beginPath();
    this.values.forEach((value, i) => context.lineTo(i / (this.values.length - 1) * width, y(value)));
    context.stroke();
  }

  remove() {
    this.element.remove();
  }
}
