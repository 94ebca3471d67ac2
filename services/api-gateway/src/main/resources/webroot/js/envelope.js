// @ts-check
/**
 * The visible part of a ring as plot columns: x in seconds before the edge, one y column per channel. Where there are more samples than pixels each
 * pixel gets its extremes, so that no spike is lost; the pixels' borders stand still in time, so that a scrolling trace does not shimmer. A pause in the
 * data breaks the line.
 */
export function envelope(ring, edge, seconds, pixels, pause) {
  const channels = ring.values.length;
  const from = ring.since(edge - seconds);
  const x = [];
  const y = Array.from({ length: channels }, () => []);
  const count = ring.size - from;
  if (count <= 0) return { x, y };
  const raw = count <= pixels * 2;
  const width = seconds / Math.max(1, pixels);
  const low = new Float64Array(channels);
  const high = new Float64Array(channels);
  let bucket = NaN;
  let held = 0;
  let before = NaN;
  const flush = () => {
    if (held === 0) return;
    x.push(bucket * width - edge, (bucket + 0.5) * width - edge);
    for (let c = 0; c < channels; c++) {
      const empty = low[c] > high[c];
      y[c].push(empty ? null : low[c], empty ? null : high[c]);
    }
    held = 0;
  };
  for (let i = from; i < ring.size; i++) {
    const at = ring.at(i);
    const time = ring.times[at];
    if (time > edge) break;
    if (time - before > pause) {
      flush();
      x.push(before + (time - before) / 2 - edge);
      for (let c = 0; c < channels; c++) y[c].push(null);
      bucket = NaN;
    }
    before = time;
    if (raw) {
      x.push(time - edge);
      for (let c = 0; c < channels; c++) {
        const value = ring.values[c][at];
        y[c].push(Number.isNaN(value) ? null : value);
      }
      continue;
    }
    const place = Math.floor(time / width);
    if (place !== bucket) {
      flush();
      bucket = place;
      low.fill(Infinity);
      high.fill(-Infinity);
    }
    held++;
    for (let c = 0; c < channels; c++) {
      const value = ring.values[c][at];
      if (value < low[c]) low[c] = value;
      if (value > high[c]) high[c] = value;
    }
  }
  flush();
  return { x, y };
}

/** Smallest of 1, 1.5, 2, 3, 5, 7 × 10^k that is at least this. */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 1.5, 2, 3, 5, 7, 10].find(step => step * power >= value * (1 - 1e-9)) || 10;
  return digit * power;
}
