import { CoveragePanel } from './coverage';
import { h, fill } from '../parts/dom';
import { empty, failed, loading } from '../parts/states';
import { table, type Column } from '../parts/table';
import { count, day, duration, many, time, timeframeMs } from '../parts/text';
import { get } from '../service/api';
import { holdings } from '../service/holdings';
import type { Data, HeldSymbol, HeldTimeframe, JobList } from '../service/shapes';
import { addressOf, type Place, type View } from '../view';

// More rows are slower to look through than a word more in the search.
const mostRows = 200;

interface Row {
  symbol: HeldSymbol;
  held: HeldTimeframe;
  /** How far behind a watched series is; null for one that nothing keeps up to date. */
  lagSeconds: number | null;
}

/** What is held: every series, and of the chosen one what is missing. */
export function seriesView(): View {
  return new SeriesView();
}

class SeriesView implements View {
  private readonly search = h('input', { type: 'search', placeholder: 'BTCUSDT, binance, 1h …', 'aria-label': 'Search series', autocomplete: 'off', spellcheck: 'false', input: () => this.draw() });
  private readonly told = h('p', { class: 'count', role: 'status' });
  private readonly list = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Series' }, loading('series'));
  private readonly panel = new CoveragePanel();
  readonly element = h(
    'div', { class: 'series' },
    h('section', { class: 'card list' }, h('div', { class: 'head' }, h('h1', {}, 'Series'), this.search), this.told, this.list),
    this.panel.element,
  );
  private rows: Row[] | null = null;
  private chosen: { symbol: string; timeframe: string } | null = null;
  private place: Place | null = null;

  show(place: Place): void {
    this.place = place;
    if (this.rows === null) void this.load(false);
    else this.choose();
  }

  refresh(): void {
    this.panel.forget();
    void this.load(true);
  }

  close(): void {
    this.panel.close();
  }

  private async load(fresh: boolean): Promise<void> {
    try {
      const [symbols, lags] = await Promise.all([holdings(fresh), lagsOf()]);
      this.rows = symbols.flatMap((symbol) => symbol.timeframes.map((held) => ({
        symbol, held, lagSeconds: lags.get(`${symbol.source} ${symbol.symbol} ${held.timeframe}`) ?? null,
      })));
      this.choose();
    } catch (error) {
      fill(this.told);
      fill(this.list, failed('The list of series', error));
    }
  }

  private choose(): void {
    const [symbol, timeframe] = this.place?.path ?? [];
    const rows = this.rows ?? [];
    const row = rows.find((r) => r.symbol.symbol === symbol && (timeframe === undefined || r.held.timeframe === timeframe)) ?? (symbol === undefined ? rows[0] : undefined);
    this.chosen = row === undefined ? null : { symbol: row.symbol.symbol, timeframe: row.held.timeframe };
    this.draw();
    const year = Number(this.place?.query.get('year'));
    if (row !== undefined) this.panel.show(row.symbol, row.held, year > 0 ? year : null);
    else this.panel.showNone(symbol);
  }

  private draw(): void {
    if (this.rows === null) return;
    const words = this.search.value.trim().toLowerCase().split(/\s+/).filter((word) => word !== '');
    const found = this.rows.filter((row) => words.every((word) => textOf(row).includes(word)));
    if (this.rows.length === 0) {
      fill(this.told);
      fill(this.list, empty('Nothing is held yet.', 'Fetch some bars: ', h('code', {}, 'trader-data backfill'), ', or set a watch list and let the service ingest it.'));
      return;
    }

    fill(this.told, found.length === this.rows.length ? many(found.length, 'series', 'series') : `${count(found.length)} of ${many(this.rows.length, 'series', 'series')}`,
      found.length > mostRows ? `; the first ${mostRows} are shown, search to narrow them down` : '');
    fill(this.list, found.length === 0
      ? empty('No series is like that.', 'Search by symbol, source, timeframe or class: ', h('code', {}, 'btc 1h'), '.')
      : table('Series that are held', columns, found.slice(0, mostRows), (row) => (this.isChosen(row) ? 'chosen' : '')));
  }

  private isChosen(row: Row): boolean {
    return row.symbol.symbol === this.chosen?.symbol && row.held.timeframe === this.chosen.timeframe;
  }
}

const columns: Column<Row>[] = [
  { title: 'Symbol', heads: true, cell: ({ symbol, held }) => h('a', { href: addressOf('series', [symbol.symbol, held.timeframe]) }, symbol.symbol) },
  { title: 'Source', cell: ({ symbol }) => symbol.source },
  { title: 'Timeframe', cell: ({ held }) => held.timeframe },
  { title: 'Bars', number: true, cell: ({ held }) => count(held.rows) },
  { title: 'First bar', cell: ({ held }) => h('span', { class: 'time', title: time(held.first) }, day(held.first)) },
  { title: 'Last bar', cell: ({ held }) => h('span', { class: 'time' }, time(held.last)) },
  { title: 'Lag', number: true, cell: lagCell },
];

function lagCell({ held, lagSeconds }: Row): HTMLElement {
  if (lagSeconds === null) return h('span', { class: 'dim', title: 'Not on the watch list: nothing keeps it up to date' }, 'not watched');
  // One bar late is the way of things; more is not.
  const isLate = lagSeconds * 1_000 > 2 * (timeframeMs(held.timeframe) ?? Infinity);
  return h('span', { class: isLate ? 'warn' : 'good' }, lagSeconds === 0 ? 'up to date' : duration(lagSeconds * 1_000));
}

function textOf({ symbol, held }: Row): string {
  return `${symbol.symbol} ${symbol.source} ${held.timeframe} ${symbol.asset_class}`.toLowerCase();
}

// Which series are kept up to date, and how far behind they are, the jobs know: ingest:SOURCE:TIMEFRAME. Some processes have no jobs.
async function lagsOf(): Promise<Map<string, number>> {
  const lags = new Map<string, number>();
  try {
    for (const job of (await get<Data<JobList>>('api/jobs')).data.jobs) {
      const [kind, source, timeframe] = job.name.split(':');
      if (kind !== 'ingest') continue;
      for (const series of job.series) if (series.lag_seconds !== undefined) lags.set(`${source} ${series.symbol} ${timeframe}`, series.lag_seconds);
    }
  } catch {
    // The list is worth showing without them.
  }

  return lags;
}
