// @ts-check
/**
 * The right edge of the plots, in sample time. It runs evenly with this computer's clock and follows the arriving samples softly, so that traces glide although
 * frames come in bursts; when nothing arrives it runs on, and the silence is seen.
 */
export class EdgeClock {
  constructor() {
    this.lag = null;
    this.newest = -Infinity;
  }

  /** @param time of the newest sample of a frame, seconds */
  arrived(time, now = performance.now() / 1000) {
    if (time <= this.newest) return;
    this.newest = time;
    const lag = now - time;
    if (this.lag === null) this.lag = lag;
    else this.lag += (lag - this.lag) * (lag < this.lag ? 0.5 : 0.02);
  }

  edge(now = performance.now() / 1000) {
    return this.lag === null ? null : now - this.lag;
  }
}
