import type { UTCTimestamp } from 'lightweight-charts';
import type { Gap } from '../service/shapes';
import type { Bar } from './bars';

/** A place on the time axis: a bar, or the hole where one should be, with its cause. */
export interface Point { timeMs: number; bar: Bar | null; isForming: boolean; cause: string | null }

// A hole of a year would push everything else off the chart: what is longer is drawn this long, and told in words.
const mostOfGap = 120;

/** Bars with the gaps between them, by time. Every time stands once. */
export function pointsOf(bars: readonly Bar[], gaps: readonly Gap[], stepMs: number, forming: Bar | null): Point[] {
  const points: Point[] = [];
  let next = 0;
  const sorted = [...gaps].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  for (const bar of bars) {
    for (; next < sorted.length; next++) {
      const gap = sorted[next] as Gap;
      if (Date.parse(gap.start) >= bar.timeMs) break;
      points.push(...holes(gap, points.at(-1)?.timeMs ?? -Infinity, bar.timeMs, stepMs));
    }

    points.push({ timeMs: bar.timeMs, bar, isForming: false, cause: null });
  }

  const last = points.at(-1);
  if (forming !== null && last !== undefined && forming.timeMs > last.timeMs) points.push({ timeMs: forming.timeMs, bar: forming, isForming: true, cause: null });
  return points;
}

// A gap that goes on over closed sessions has fewer bars than its length has room for.
function holes(gap: Gap, afterMs: number, beforeMs: number, stepMs: number): Point[] {
  const found: Point[] = [];
  const [start, end, most] = [Date.parse(gap.start), Math.min(Date.parse(gap.end), beforeMs), Math.min(gap.bars, mostOfGap)];
  for (let timeMs = start; timeMs < end && found.length < most; timeMs += stepMs)
    if (timeMs > afterMs) found.push({ timeMs, bar: null, isForming: false, cause: gap.cause });
  return found;
}

export function secondsOf(timeMs: number): UTCTimestamp {
  return (timeMs / 1_000) as UTCTimestamp;
}
