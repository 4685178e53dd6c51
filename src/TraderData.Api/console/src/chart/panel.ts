import {
  CandlestickSeries, ColorType, createChart, createSeriesMarkers, CrosshairMode, HistogramSeries, type CandlestickData, type HistogramData, type IChartApi, type ISeriesApi,
  type ISeriesMarkersPluginApi, type LogicalRange, type SeriesMarker, type Time, type UTCTimestamp, type WhitespaceData,
} from 'lightweight-charts';
import { decimals } from '../parts/exact';
import type { Bar } from './bars';
import { colorsOf, type Colors } from './colors';
import { noMarks, type Marks } from './marks';
import { pointsOf, secondsOf, type Point } from './points';

// A band stands behind the candles and must not shout: a quarter of its colour, as two hexadecimal digits.
const bandAlpha = '40';

// Prices of some coins have more digits than an axis has room for; what is read as text has them all.
const mostDecimals = 10;

/** Candles, volume, and what is marked on them. Times and places only: the numbers that are read come from the bars' text. */
export class ChartPanel {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volumes: ISeriesApi<'Histogram'>;
  private readonly gaps: ISeriesApi<'Histogram'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private colors: Colors;
  private points: Point[] = [];
  private bars: readonly Bar[] = [];
  private marks: Marks = noMarks;
  private stepMs = 0;
  private forming: Bar | null = null;
  private cursor = -1;

  constructor(private readonly element: HTMLElement, private readonly onRead: (bar: Bar | null, isCursor: boolean) => void, private readonly onEdge: () => void) {
    this.colors = colorsOf(element);
    this.chart = createChart(element, {
      // The mark would come with a style element, which the page's policy refuses; the footer has the notice and the link.
      autoSize: true, layout: { attributionLogo: false }, crosshair: { mode: CrosshairMode.Normal },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, { lastValueVisible: false, priceLineVisible: false });
    this.gaps = this.chart.addSeries(HistogramSeries, { priceScaleId: 'gaps', lastValueVisible: false, priceLineVisible: false, base: 0 });
    this.gaps.priceScale().applyOptions({ visible: false, scaleMargins: { top: 0, bottom: 0 } });
    this.volumes = this.chart.addSeries(HistogramSeries, { priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false }, 1);
    this.chart.panes()[0]?.setStretchFactor(4);
    this.chart.panes()[1]?.setStretchFactor(1);
    this.markers = createSeriesMarkers(this.candles, []);
    this.paint();
    this.chart.subscribeCrosshairMove((move) => {
      // Moved by the keys, which read for themselves.
      if (move.sourceEvent === undefined && move.logical !== undefined) return;
      const at = move.logical === undefined ? null : this.points[Math.round(move.logical)];
      this.onRead(at?.bar ?? this.newest(), false);
    });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.onEdge());
    this.dark.addEventListener('change', this.repaint);
  }

  close(): void {
    this.dark.removeEventListener('change', this.repaint);
    this.chart.remove();
  }

  /** Shows bars; what was looked at stays where it is, unless there was nothing. */
  set(bars: readonly Bar[], stepMs: number, marks: Marks, forming: Bar | null): void {
    const seen = this.seen();
    [this.bars, this.stepMs, this.marks, this.forming] = [bars, stepMs, marks, forming];
    this.points = pointsOf(bars, marks.gaps, stepMs, forming);
    this.cursor = -1;
    this.draw();
    if (seen !== null) this.see(seen);
  }

  /** One bar more, or the one that forms as it is now. */
  update(bar: Bar, isForming: boolean): void {
    this.forming = isForming ? bar : null;
    const last = this.points.at(-1);
    if (last?.timeMs === bar.timeMs) [last.bar, last.isForming] = [bar, isForming];
    else this.points.push({ timeMs: bar.timeMs, bar, isForming, cause: null });
    const point = this.points.at(-1) as Point;
    this.candles.update(this.candleOf(point));
    this.volumes.update(this.volumeOf(point));
    if (this.cursor < 0) this.onRead(bar, false);
  }

  /** The range that is seen, in points; null when nothing is. */
  range(): LogicalRange | null {
    return this.points.length === 0 ? null : this.chart.timeScale().getVisibleLogicalRange();
  }

  count(): number {
    return this.points.length;
  }

  showNewest(bars: number): void {
    this.chart.timeScale().setVisibleLogicalRange({ from: this.points.length - bars, to: this.points.length + 4 });
  }

  showTime(timeMs: number, bars: number): void {
    const found = this.points.findIndex((point) => point.timeMs >= timeMs);
    const middle = found < 0 ? this.points.length : found;
    this.chart.timeScale().setVisibleLogicalRange({ from: middle - bars / 2, to: middle + bars / 2 });
  }

  /** Moves the cursor by some bars and reads the bar there. */
  step(by: number): void {
    const range = this.range();
    if (range === null) return;
    const from = this.cursor >= 0 ? this.cursor : Math.min(Math.round(range.to), this.points.length - 1) + (by > 0 ? -1 : 1);
    this.cursor = Math.min(Math.max(from + by, 0), this.points.length - 1);
    const point = this.points[this.cursor];
    if (point === undefined) return;
    const width = range.to - range.from;
    if (this.cursor < range.from + 1) this.chart.timeScale().setVisibleLogicalRange({ from: this.cursor - 1, to: this.cursor - 1 + width });
    else if (this.cursor > range.to - 1) this.chart.timeScale().setVisibleLogicalRange({ from: this.cursor + 1 - width, to: this.cursor + 1 });
    const nearest = point.bar ?? this.points.slice(0, this.cursor).findLast((p) => p.bar !== null)?.bar ?? null;
    if (nearest !== null) this.chart.setCrosshairPosition(Number(nearest.close), secondsOf(point.timeMs), this.candles);
    this.onRead(point.bar, true);
  }

  /** Shows more or fewer bars: up to the newest, or around the middle. */
  zoom(factor: number): void {
    const range = this.range();
    if (range === null) return;
    const [width, end] = [Math.max(10, (range.to - range.from) * factor), this.points.length + 4];
    // Whoever looks at the newest bars goes on to, with more or fewer of them.
    const to = range.to >= this.points.length - 1 ? end : (range.from + range.to + width) / 2;
    this.chart.timeScale().setVisibleLogicalRange({ from: to - width, to });
  }

  private newest(): Bar | null {
    return this.forming ?? this.bars.at(-1) ?? null;
  }

  // By time and not by index: bars are added and dropped at both ends.
  private seen(): { timeMs: number; back: number; width: number } | null {
    const range = this.range();
    if (range === null) return null;
    const index = Math.min(Math.max(Math.ceil(range.from), 0), this.points.length - 1);
    const point = this.points[index];
    return point === undefined ? null : { timeMs: point.timeMs, back: index - range.from, width: range.to - range.from };
  }

  private see({ timeMs, back, width }: { timeMs: number; back: number; width: number }): void {
    const index = this.points.findIndex((point) => point.timeMs >= timeMs);
    if (index >= 0) this.chart.timeScale().setVisibleLogicalRange({ from: index - back, to: index - back + width });
  }

  private readonly repaint = (): void => {
    this.colors = colorsOf(this.element);
    this.paint();
    this.draw();
  };

  private paint(): void {
    const { text, line, back, up, down, focus } = this.colors;
    this.chart.applyOptions({
      layout: { background: { type: ColorType.Solid, color: back }, textColor: text, fontFamily: getComputedStyle(this.element).fontFamily, panes: { separatorColor: line } },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line, timeVisible: true, secondsVisible: false, rightOffset: 4 },
      crosshair: { vertLine: { color: focus, labelBackgroundColor: focus }, horzLine: { color: focus, labelBackgroundColor: focus } },
    });
    this.candles.applyOptions({ upColor: up, downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down });
  }

  private draw(): void {
    const precision = this.precision();
    this.candles.applyOptions({ priceFormat: { type: 'price', precision, minMove: 10 ** -precision } });
    this.chart.applyOptions({ timeScale: { timeVisible: this.stepMs < 86_400_000 } });
    this.candles.setData(this.points.map((point) => this.candleOf(point)));
    this.volumes.setData(this.points.map((point) => this.volumeOf(point)));
    this.gaps.setData(this.points.filter((point) => point.cause !== null).map((point) => ({ time: secondsOf(point.timeMs), value: 1, color: `${this.colors.cause(point.cause as string)}${bandAlpha}` })));
    this.markers.setMarkers(this.restated());
    this.onRead(this.newest(), false);
  }

  // What nearly all need: one bar with more digits would make the whole axis unreadable.
  private precision(): number {
    const digits = this.bars.slice(-500).map((bar) => decimals(bar.close)).sort((a, b) => a - b);
    return Math.min(mostDecimals, digits[Math.floor(digits.length * 0.95)] ?? 2);
  }

  private restated(): SeriesMarker<UTCTimestamp>[] {
    const times = [...new Set(this.marks.revisions.map((revision) => Date.parse(revision.bar_ts)))].sort((a, b) => a - b);
    return times.map((timeMs) => ({ time: secondsOf(timeMs), position: 'aboveBar', shape: 'circle', color: this.colors.restated, size: 1 }));
  }

  private candleOf({ timeMs, bar, isForming }: Point): CandlestickData<UTCTimestamp> | WhitespaceData<UTCTimestamp> {
    const time = secondsOf(timeMs);
    if (bar === null) return { time };
    const data = { time, open: Number(bar.open), high: Number(bar.high), low: Number(bar.low), close: Number(bar.close) };
    // Hollow: it may still change.
    return isForming ? { ...data, color: this.colors.back } : data;
  }

  private volumeOf({ timeMs, bar }: Point): HistogramData<UTCTimestamp> | WhitespaceData<UTCTimestamp> {
    const time = secondsOf(timeMs);
    return bar === null || bar.volume === '' ? { time } : { time, value: Number(bar.volume), color: this.colors.soft };
  }
}
