import { getText } from '../service/api';

/** A bar: its opening time in ms, and its numbers as the server wrote them; '' where the volume is not known. */
export interface Bar { timeMs: number; open: string; high: string; low: string; close: string; volume: string }

export interface Wanted { symbol: string; timeframe: string; asOf?: string | undefined }

// A page is a second of scrolling at most; the window is what stays in memory, some megabytes.
export const pageBars = 2_000;
const mostBars = 20_000;
const fields = 'bar_ts,open,high,low,close,volume';

/** The bars around what is looked at: grows at the end that one scrolls to, and drops what is far off at the other. */
export class BarWindow {
  bars: Bar[] = [];
  /** True when no bars come before, or behind. */
  atStart = false;
  atEnd = false;

  constructor(readonly wanted: Wanted) {}

  /** The newest bars. */
  async loadNewest(signal: AbortSignal): Promise<void> {
    this.bars = await this.before(undefined, signal);
    [this.atStart, this.atEnd] = [this.bars.length < pageBars, true];
  }

  /** The bars on both sides of a time. */
  async loadAround(timeMs: number, signal: AbortSignal): Promise<void> {
    const [before, after] = await Promise.all([this.before(timeMs, signal), this.from(timeMs, signal)]);
    this.bars = [...before, ...after];
    [this.atStart, this.atEnd] = [before.length < pageBars, after.length < pageBars];
  }

  /** A page more at the older end; false when there is none. */
  async loadOlder(signal: AbortSignal): Promise<boolean> {
    const first = this.bars[0];
    if (this.atStart || first === undefined) return false;
    const older = await this.before(first.timeMs, signal);
    this.atStart = older.length < pageBars;
    this.bars = [...older, ...this.bars];
    if (this.bars.length > mostBars) {
      this.bars.length = mostBars;
      this.atEnd = false;
    }

    return older.length > 0;
  }

  /** A page more at the newer end; false when there is none. */
  async loadNewer(signal: AbortSignal): Promise<boolean> {
    const last = this.bars.at(-1);
    if (this.atEnd || last === undefined) return false;
    const newer = await this.from(last.timeMs + 1, signal);
    this.atEnd = newer.length < pageBars;
    this.bars = [...this.bars, ...newer];
    if (this.bars.length > mostBars) {
      this.bars = this.bars.slice(-mostBars);
      this.atStart = false;
    }

    return newer.length > 0;
  }

  /** Adds a bar that came by itself; false when it is behind what is held here, or does not follow on it. */
  add(bar: Bar): boolean {
    const last = this.bars.at(-1);
    if (!this.atEnd || (last !== undefined && bar.timeMs <= last.timeMs)) return false;
    this.bars.push(bar);
    if (this.bars.length > mostBars + pageBars) {
      this.bars = this.bars.slice(-mostBars);
      this.atStart = false;
    }

    return true;
  }

  private async before(timeMs: number | undefined, signal: AbortSignal): Promise<Bar[]> {
    return (await this.read({ order: 'desc', end: timeMs === undefined ? undefined : iso(timeMs) }, signal)).reverse();
  }

  private async from(timeMs: number, signal: AbortSignal): Promise<Bar[]> {
    return this.read({ order: 'asc', start: iso(timeMs) }, signal);
  }

  private async read(query: Record<string, string | undefined>, signal: AbortSignal): Promise<Bar[]> {
    const { symbol, timeframe, asOf } = this.wanted;
    const csv = await getText('api/marketdata/ohlcv', { symbol, tf: timeframe, as_of: asOf, limit: pageBars, fields, format: 'csv', ...query }, signal);
    return csv.split('\n').slice(1).filter((line) => line !== '').map(barOf);
  }
}

function barOf(line: string): Bar {
  const [time = '', open = '', high = '', low = '', close = '', volume = ''] = line.split(',');
  return { timeMs: Date.parse(time), open, high, low, close, volume };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
