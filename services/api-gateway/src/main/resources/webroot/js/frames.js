// @ts-check
/**
 * Binary frames of the live protocol (docs/contracts/live-protocol.md): little endian, a header of 48 bytes, time offsets as float64, then the channels one after
 * the other. Typed arrays look straight into the message: nothing is parsed or copied.
 */
const HEADER = 48;

/** @param {ArrayBuffer} message @returns frame, or null when it is of a kind this page does not know */
export function readFrame(message) {
  const view = new DataView(message);
  if (message.byteLength < HEADER || view.getUint8(0) !== 1 || view.getUint8(1) !== 1) return null;
  const element = view.getUint8(2);
  const present = (view.getUint8(3) & 1) !== 0;
  const count = view.getUint32(12, true);
  const channels = view.getUint32(40, true);
  const t0 = view.getBigInt64(32, true);
  const width = element === 1 ? 4 : 8;
  const start = HEADER + count * 8;
  const values = [];
  for (let c = 0; c < channels; c++) {
    const at = start + c * count * width;
    values.push(element === 1 ? new Float32Array(message, at, count)
      : at % 8 === 0 ? (element === 2 ? new Float64Array(message, at, count) : new BigInt64Array(message, at, count)) : null);
  }
  const bitmaps = present ? new Uint8Array(message, start + channels * count * width) : null;
  const bytes = (count + 7) >> 3;
  return {
    subscription: view.getUint32(4, true),
    stream: view.getUint32(8, true),
    count,
    epoch: Number(view.getBigInt64(16, true)),
    seq: Number(view.getBigInt64(24, true)),
    step: view.getUint32(44, true),
    /** Seconds since 1970; microseconds are exact. */
    seconds: Number(t0 / 1000n) / 1e6,
    offsets: new Float64Array(message, HEADER, count),
    /** Value of a channel, NaN when it is absent. */
    value(c, i) {
      if (bitmaps && (bitmaps[c * bytes + (i >> 3)] & (1 << (i & 7))) === 0) return NaN;
      const column = values[c];
      return column ? Number(column[i]) : NaN;
    },
  };
}
