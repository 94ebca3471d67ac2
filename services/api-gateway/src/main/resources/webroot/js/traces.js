// @ts-check
import uPlot from '/vendor/uplot/uPlot.esm.js';
import { colours, h, text } from './dom.js';
import { envelope, roundUp } from './envelope.js';
import { Ring } from './ring.js';

const KEPT_S = 34;
const MARKERS_NAMED = 6;

/** One fast stream as scrolling lines: several channels stacked with a common scale, a single one with its own axis. */
export class Trace {
  constructor(stream) {
    this.stream = stream;
    this.named = false;
    this.count = stream.channels.length;
    this.stacked = this.count > 1;
    this.ring = new Ring(this.count, Math.ceil(Math.max(stream.nominal_rate, 20) * KEPT_S) + 64);
    this.pause = Math.max(0.25, 6 / Math.max(stream.nominal_rate, 1));
    this.centres = new Float64Array(this.count).fill(NaN);
    this.span = 0;
    this.low = 0;
    this.high = 1;
    this.seconds = 10;
    this.markers = [];
    this.gaps = [];
    this.edge = 0;
    this.facts = h('div', { class: 'facts' });
    this.scale = h('div', { class: 'scale' });
    this.place = h('div', { class: 'plot' });
    this.element = h('section', { class: 'card trace', 'data-testid': `trace-${stream.name}`, 'aria-label': `Live traces of ${stream.name}` },
      h('div', { class: 'card-head' }, h('h2', {}, stream.name), h('span', { class: 'muted' }, describe(stream)), this.facts),
      this.scale, this.place);
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(this.place);
  }

  height() {
    const narrow = this.place.clientWidth < 520;
    return this.stacked ? Math.min(640, Math.max(150, this.count * (narrow ? 38 : 46) + 34)) : narrow ? 150 : 170;
  }

  fit() {
    const width = this.place.clientWidth;
    if (width < 40) return;
    if (this.plot) this.plot.setSize({ width, height: this.height() });
    else this.build(width);
  }

  build(width) {
    const palette = colours();
    const font = '12px system-ui, sans-serif';
    const labels = this.stream.channels.map(channel => channel.metric);
    const axis = { stroke: palette.muted, font, ticks: { show: false } };
    this.palette = palette;
    this.plot = new uPlot({
      width,
      height: this.height(),
      pxAlign: 0,
      padding: [6, 18, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: [
        { ...axis, size: 26, grid: { stroke: palette.grid, width: 1 }, splits: () => this.ticks(), values: (u, ticks) => ticks.map(tick => (tick === 0 ? 'now' : `−${-tick} s`)) },
        this.stacked
          ? { ...axis, size: 52, gap: 4, grid: { stroke: palette.grid, width: 1 }, splits: () => labels.map((_, c) => this.count - 1 - c), values: () => labels.map(label => short(label)) }
          : { ...axis, size: 52, gap: 4, grid: { stroke: palette.grid, width: 1 } },
      ],
      series: [{}, ...labels.map((label, c) => ({
        label, stroke: palette.traces[c % palette.traces.length], width: 1.25, points: { show: false }, spanGaps: false,
      }))],
      hooks: { drawClear: [u => this.bands(u)], draw: [u => this.lines(u)] },
    }, [[0], ...labels.map(() => [null])], this.place);
    this.draw(this.edge, this.seconds, this.markers, this.gaps, this.named);
  }

  /** The page's colours changed. */
  recolour() {
    if (!this.plot) return;
    this.plot.destroy();
    this.plot = null;
    this.fit();
  }

  ticks() {
    const step = this.seconds <= 5 ? 1 : this.seconds <= 10 ? 2 : 5;
    const ticks = [];
    for (let tick = -this.seconds; tick <= 0; tick += step) ticks.push(tick);
    return ticks;
  }

  push(frame) {
    this.ring.push(frame);
  }

  /** @param named whether markers are named here: once on the page is enough */
  draw(edge, seconds, markers, gaps, named) {
    Object.assign(this, { edge, seconds, markers, gaps, named });
    if (!this.plot || this.place.clientWidth < 40) return;
    const pixels = Math.max(50, Math.round(this.plot.bbox.width / devicePixelRatio));
    const { x, y } = envelope(this.ring, edge, seconds, pixels, this.pause);
    const range = this.stacked ? this.stack(y) : this.single(y[0]);
    this.plot.batch(() => {
      this.plot.setData([x.length ? x : [0], ...(x.length ? y : y.map(() => [null]))], false);
      this.plot.setScale('x', { min: -seconds, max: 0 });
      this.plot.setScale('y', range);
    });
  }

  /** Moves each channel to its row. The scale changes in round steps and seldom, so that amplitudes can be compared by eye. */
  stack(y) {
    const spans = [];
    const middles = y.map((column, c) => {
      const { low, high } = extremes(column);
      if (low > high) return NaN;
      spans.push(high - low);
      const middle = mean(column);
      return Number.isNaN(this.centres[c]) ? middle : this.centres[c] + (middle - this.centres[c]) * 0.08;
    });
    spans.sort((a, b) => a - b);
    const wanted = Math.max((spans[spans.length >> 1] || 0) * 0.85, (spans[spans.length - 1] || 0) / 2.8);
    if (wanted > 0 && (this.span === 0 || wanted > this.span || wanted < this.span / 4)) this.span = roundUp(wanted);
    const span = this.span || 1;
    y.forEach((column, c) => {
      this.centres[c] = middles[c];
      const row = this.count - 1 - c;
      for (let i = 0; i < column.length; i++) if (column[i] !== null) column[i] = row + (column[i] - middles[c]) / span;
    });
    const unit = this.stream.channels[0].unit;
    text(this.scale, this.span ? `Distance between rows: ${number(span)}${unit ? ' ' + pretty(unit) : ''}` : 'Waiting for the first samples…');
    return { min: -0.75, max: this.count - 0.25 };
  }

  single(column) {
    const { low, high } = extremes(column);
    if (low <= high) {
      const room = Math.max((high - low) * 0.08, 1e-9);
      const outside = low < this.low || high > this.high || this.span === 0;
      const roomy = high - low < (this.high - this.low) * 0.45;
      if (outside || roomy) {
        this.low = low - room;
        this.high = high + room;
        this.span = 1;
      }
    }
    const channel = this.stream.channels[0];
    text(this.scale, this.span ? `${channel.metric}${channel.unit ? ', ' + pretty(channel.unit) : ''}` : 'Waiting for the first samples…');
    return { min: this.low, max: this.high };
  }

  bands(u) {
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.fillStyle = this.palette.gap;
    for (const gap of this.gaps) {
      if (gap.stream !== this.stream.id && gap.stream !== this.stream.name) continue;
      const from = Math.max(left, u.valToPos(gap.from - this.edge, 'x', true));
      const to = Math.min(left + width, u.valToPos((gap.to === null ? this.edge : gap.to) - this.edge, 'x', true));
      if (to > from) u.ctx.fillRect(from, top, Math.max(to - from, 2 * devicePixelRatio), height);
    }
    u.ctx.restore();
  }

  lines(u) {
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.strokeStyle = this.palette.marker;
    u.ctx.fillStyle = this.palette.marker;
    u.ctx.lineWidth = devicePixelRatio;
    u.ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    u.ctx.textBaseline = 'top';
    u.ctx.textAlign = 'left';
    let free = left + width;
    const seen = this.markers.filter(marker => marker.time > this.edge - this.seconds && marker.time <= this.edge);
    for (const marker of seen.reverse()) {
      const x = Math.round(u.valToPos(marker.time - this.edge, 'x', true)) + 0.5;
      u.ctx.globalAlpha = 0.75;
      u.ctx.beginPath();
      u.ctx.moveTo(x, top);
      u.ctx.lineTo(x, top + height);
      u.ctx.stroke();
      if (this.named && seen.length <= MARKERS_NAMED * 3) {
        const label = short(marker.label, 18);
        const needed = u.ctx.measureText(label).width + 8 * devicePixelRatio;
        if (x + needed < free) {
          u.ctx.globalAlpha = 1;
          u.ctx.fillText(label, x + 4 * devicePixelRatio, top + devicePixelRatio);
          free = x;
        }
      }
    }
    u.ctx.restore();
  }

  remove() {
    this.resized.disconnect();
    if (this.plot) this.plot.destroy();
    this.element.remove();
  }
}

export function describe(stream) {
  const channels = stream.channels.length;
  return [stream.type, channels > 1 ? `${channels} channels` : null].filter(Boolean).join(' · ');
}

export function short(label, most = 8) {
  return label.length > most ? label.slice(0, most - 1) + '…' : label;
}

/** Units as streams write them, in the way people read them. */
export function pretty(unit) {
  return { microvolts: 'µV', microvolt: 'µV', uV: 'µV', millivolts: 'mV', millivolt: 'mV', degC: '°C', celsius: '°C', percent: '%' }[unit] || unit;
}

export function number(value) {
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(1) : String(+value.toPrecision(6));
}

function extremes(column) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of column) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function mean(column) {
  let sum = 0;
  let n = 0;
  for (const value of column) {
    if (value === null) continue;
    sum += value;
    n++;
  }
  return n ? sum / n : NaN;
}
