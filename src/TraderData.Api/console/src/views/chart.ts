import { BarWindow, type Bar } from '../chart/bars';
import { ChartBar } from '../chart/controls';
import { loadMarks, noMarks, type Marks } from '../chart/marks';
import { markList } from '../chart/markList';
import { ChartPanel } from '../chart/panel';
import { fill, h } from '../parts/dom';
import { empty, failed, isAborted, loading } from '../parts/states';
import { count, time, timeframeMs } from '../parts/text';
import { holdings } from '../service/holdings';
import type { HeldSymbol } from '../service/shapes';
import { follow, type StreamBar } from '../service/stream';
import { addressOf, type Place, type View } from '../view';

const barsShown = 120;
// So many points before an end of what is loaded, the next page is asked for.
const nearEnd = 100;

/** Candles of any series, as they are and as they were. */
export function chartView(): View {
  return new ChartView();
}

class ChartView implements View {
  private readonly bar = new ChartBar((symbol, timeframe, query) => this.go(symbol, timeframe, query));
  private readonly legend = h('p', { class: 'ohlc', 'aria-live': 'off' });
  private readonly state = h('p', { class: 'live', role: 'status' });
  private readonly plot = h('div', { class: 'plot' });
  private readonly cover = h('div', { class: 'cover' }, loading('bars'));
  private readonly stage = h('div', {
    class: 'stage', tabindex: '0', role: 'application', 'aria-roledescription': 'candle chart', keydown: (event: KeyboardEvent) => this.press(event),
    'aria-label': 'Candles. Arrow keys read bar by bar, Page Up and Page Down go faster, Home and End to the ends, plus and minus zoom.',
  }, this.plot, this.cover);
  private readonly marked = h('section', { class: 'card marks', 'aria-label': 'What is marked' });
  readonly element = h(
    'div', { class: 'chart' },
    h('section', { class: 'card' }, h('h1', { class: 'unseen' }, 'Chart'), this.bar.element, h('div', { class: 'readout' }, this.legend, this.state), this.stage), this.marked,
  );
  private panel: ChartPanel | null = null;
  private held: HeldSymbol[] = [];
  private window: BarWindow | null = null;
  private marks: Marks = noMarks;
  private stepMs = 60_000;
  private forming: Bar | null = null;
  private ends = new AbortController();
  private isLoading = false;
  private place: Place | null = null;

  show(place: Place): void {
    this.place = place;
    void this.open(place);
  }

  refresh(): void {
    if (this.place !== null) void this.open(this.place);
  }

  close(): void {
    this.ends.abort();
    this.panel?.close();
  }

  private go(symbol: string, timeframe: string, query: Record<string, string | undefined>): void {
    const address = addressOf('chart', [symbol, timeframe], query);
    if (address === location.hash) this.refresh();
    else location.hash = address;
  }

  private async open(place: Place): Promise<void> {
    this.ends.abort();
    this.ends = new AbortController();
    const { signal } = this.ends;
    this.forming = null;
    this.say('');
    try {
      this.held = await holdings(false);
      const [symbol = this.held[0]?.symbol, named] = place.path;
      const found = this.held.find((entry) => entry.symbol === symbol);
      const timeframe = named ?? (found?.timeframes.find((entry) => entry.timeframe === '1h') ?? found?.timeframes[0])?.timeframe;
      if (symbol === undefined || timeframe === undefined) {
        this.hide(this.held.length === 0 ? empty('Nothing is held yet.', 'Fetch some bars, then look at them here: ', h('code', {}, 'trader-data backfill'), '.') : empty(`${symbol} is not held.`, 'Choose another symbol above.'));
        return;
      }

      const [asOf, at] = [place.query.get('as_of') ?? undefined, place.query.get('at')];
      this.bar.set(this.held, symbol, timeframe, asOf);
      this.stepMs = timeframeMs(timeframe) ?? 60_000;
      this.window = new BarWindow({ symbol, timeframe, asOf });
      this.marks = noMarks;
      this.hide(loading('bars'));
      const atMs = at === null ? NaN : Date.parse(at);
      if (Number.isNaN(atMs)) await this.window.loadNewest(signal);
      else await this.window.loadAround(atMs, signal);
      if (signal.aborted) return;
      this.start(symbol, timeframe, asOf, atMs, signal);
    } catch (error) {
      if (!isAborted(error) && !signal.aborted) this.hide(failed('The chart', error));
    }
  }

  private start(symbol: string, timeframe: string, asOf: string | undefined, atMs: number, signal: AbortSignal): void {
    const window = this.window as BarWindow;
    if (window.bars.length === 0) {
      this.hide(empty('There are no bars here.', asOf === undefined ? 'The source had none yet, or has yet to be asked.' : 'None was held at that time: choose a later one.'));
    } else {
      this.cover.hidden = true;
      fill(this.cover);
      this.panel?.close();
      fill(this.plot);
      this.panel = new ChartPanel(this.plot, (bar, isCursor) => this.read(bar, isCursor), () => this.edge());
      this.panel.set(window.bars, this.stepMs, this.marks, null);
      if (Number.isNaN(atMs)) this.panel.showNewest(barsShown);
      else this.panel.showTime(atMs, barsShown);
      void this.mark(signal);
    }

    this.stage.dataset['bars'] = String(window.bars.length);
    if (asOf !== undefined) {
      this.say(`as held at ${time(asOf)} UTC`, 'past');
      return;
    }

    void follow(symbol, timeframe, window.atEnd && window.bars.length > 0 ? new Date((window.bars.at(-1) as Bar).timeMs).toISOString() : null, {
      bar: (bar) => this.take(bar, false),
      provisional: (bar) => this.take(bar, true),
      live: (isLive) => (isLive ? this.say('live', 'on') : this.say('not live: reconnecting …', 'off')),
    }, signal);
  }

  // What is scrolled far back has no place for a new bar: it is loaded when one comes back to the end.
  private take(text: StreamBar, isForming: boolean): void {
    const bar: Bar = { timeMs: Date.parse(text.bar_ts), open: text.open, high: text.high, low: text.low, close: text.close, volume: text.volume ?? '' };
    const window = this.window;
    if (window === null || !window.atEnd) return;
    const last = window.bars.at(-1);
    if (last === undefined) {
      if (!isForming) this.refresh();
      return;
    }

    if (bar.timeMs <= last.timeMs || (!isForming && !window.add(bar))) return;
    this.forming = isForming ? bar : null;
    this.panel?.update(bar, isForming);
    this.stage.dataset['bars'] = String(window.bars.length);
  }

  private edge(): void {
    const [range, window] = [this.panel?.range(), this.window];
    if (range === null || range === undefined || window === null || this.isLoading || this.panel === null) return;
    if (range.from < nearEnd && !window.atStart) void this.more((signal) => window.loadOlder(signal));
    else if (range.to > this.panel.count() - nearEnd && !window.atEnd) void this.more((signal) => window.loadNewer(signal));
  }

  private async more(load: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
    const { signal } = this.ends;
    this.isLoading = true;
    try {
      if (await load(signal) && !signal.aborted) {
        this.redraw();
        await this.mark(signal);
      }
    } catch (error) {
      if (!isAborted(error)) this.say(`More bars cannot be loaded: ${(error as Error).message}`, 'off');
    } finally {
      this.isLoading = false;
      // One may have gone on to the end meanwhile.
      if (!signal.aborted) this.edge();
    }
  }

  private async mark(signal: AbortSignal): Promise<void> {
    const window = this.window as BarWindow;
    const [first, last] = [window.bars[0], window.bars.at(-1)];
    if (first === undefined || last === undefined) return;
    try {
      this.marks = await loadMarks(window.wanted, first, last, this.stepMs, signal);
      if (signal.aborted) return;
      if (this.marks.gaps.length > 0 || this.marks.revisions.length > 0) this.redraw();
      fill(this.marked, ...markList(this.marks, window.wanted, `${count(window.bars.length)} bars, ${time(first.timeMs)} to ${time(last.timeMs)}`));
    } catch (error) {
      if (!isAborted(error)) fill(this.marked, failed('What is missing and restated', error));
    }
  }

  private redraw(): void {
    const window = this.window as BarWindow;
    this.panel?.set(window.bars, this.stepMs, this.marks, this.forming);
    this.stage.dataset['bars'] = String(window.bars.length);
  }

  private read(bar: Bar | null, isCursor: boolean): void {
    this.legend.setAttribute('aria-live', isCursor ? 'polite' : 'off');
    if (bar === null) {
      fill(this.legend, isCursor ? 'No bar here: it is missing.' : '');
      return;
    }

    const value = (name: string, title: string, text: string): HTMLElement => h('span', {}, h('abbr', { title }, name), ' ', h('b', {}, text));
    fill(
      this.legend, h('span', { class: 'time' }, time(bar.timeMs)), value('O', 'open', bar.open), value('H', 'high', bar.high), value('L', 'low', bar.low),
      value('C', 'close', bar.close), value('V', 'volume', bar.volume === '' ? 'unknown' : bar.volume), bar === this.forming ? h('em', {}, 'still forming') : null,
    );
  }

  private press(event: KeyboardEvent): void {
    const [panel, window] = [this.panel, this.window];
    if (panel === null || window === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => panel.step(-1), ArrowRight: () => panel.step(1), PageUp: () => panel.step(-50), PageDown: () => panel.step(50),
      Home: () => panel.step(-panel.count()), End: () => panel.step(panel.count()), '+': () => panel.zoom(0.7), '-': () => panel.zoom(1.4),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private hide(what: HTMLElement): void {
    this.panel?.close();
    this.panel = null;
    fill(this.plot);
    fill(this.cover, what);
    this.cover.hidden = false;
    fill(this.legend);
    fill(this.marked);
  }

  private say(text: string, kind = ''): void {
    this.state.className = `live ${kind}`;
    this.state.textContent = text;
  }
}
