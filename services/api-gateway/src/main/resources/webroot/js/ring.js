// @ts-check
/** The last samples of one stream: times in seconds and one row of numbers per channel. The oldest give way. */
export class Ring {
  constructor(channels, capacity) {
    this.capacity = capacity;
    this.times = new Float64Array(capacity);
    this.values = Array.from({ length: channels }, () => new Float32Array(capacity));
    this.next = 0;
    this.size = 0;
  }

  /** Takes over a frame. */
  push(frame) {
    const { count, seconds, offsets } = frame;
    for (let i = 0; i < count; i++) {
      this.times[this.next] = seconds + offsets[i] * 1e-9;
      for (let c = 0; c < this.values.length; c++) this.values[c][this.next] = frame.value(c, i);
      this.next = this.next + 1 === this.capacity ? 0 : this.next + 1;
    }
    this.size = Math.min(this.capacity, this.size + count);
  }

  /** Place of the i-th oldest sample. */
  at(i) {
    const place = this.next - this.size + i;
    return place < 0 ? place + this.capacity : place;
  }

  /** Index of the first sample at or after this time. */
  since(time) {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[this.at(middle)] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  last() {
    return this.size === 0 ? -Infinity : this.times[this.at(this.size - 1)];
  }
}
