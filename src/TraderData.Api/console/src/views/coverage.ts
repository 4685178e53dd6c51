import { h, fill } from '../parts/dom';
import { causes, causeText, listCauses } from '../parts/causes';
import { empty, failed, isAborted, loading } from '../parts/states';
import { table } from '../parts/table';
import { count, many, percent, time, timeframeMs } from '../parts/text';
import { get } from '../service/api';
import type { Coverage, CoverageYear, Data, Gap, HeldSymbol, HeldTimeframe } from '../service/shapes';
import { addressOf } from '../view';
import { heatMap } from './heatMap';

// Enough to see what is wrong; the API lists them all.
const mostGaps = 100;

/** Of one series: what of a year is held, and why what is not there is not. */
export class CoveragePanel {
  readonly element = h('section', { class: 'card coverage', 'aria-live': 'off' });
  private shown = '';
  private asking = new AbortController();

  show(symbol: HeldSymbol, held: HeldTimeframe, year: number | null): void {
    const wanted = `${symbol.symbol} ${held.timeframe} ${year ?? ''}`;
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.asking.abort();
    this.asking = new AbortController();
    void this.load(symbol, held, year, this.asking.signal);
  }

  showNone(symbol: string | undefined): void {
    this.shown = '';
    this.element.hidden = symbol === undefined;
    fill(this.element, empty(`${symbol ?? ''} is not held.`, 'Choose a series of the list.'));
  }

  /** Asks again, even for the same. */
  forget(): void {
    this.shown = '';
  }

  close(): void {
    this.asking.abort();
  }

  private async load(symbol: HeldSymbol, held: HeldTimeframe, wanted: number | null, signal: AbortSignal): Promise<void> {
    this.element.hidden = false;
    const name = `${symbol.symbol} ${held.timeframe}`;
    const head = h('div', { class: 'head' }, h('h2', {}, name), h('a', { class: 'button', href: addressOf('chart', [symbol.symbol, held.timeframe]) }, 'Open the chart'));
    const origin = [symbol.source, symbol.asset_class, held.feed && `feed ${held.feed}`, held.adjustment && `adjusted: ${held.adjustment}`].filter(Boolean).join(' · ');
    if (held.first === undefined || held.last === undefined) {
      fill(this.element, head, h('p', { class: 'dim' }, origin), empty('It has no bar yet.', 'The source was asked and had none, or has yet to be asked.'));
      return;
    }

    const [firstYear, lastYear] = [new Date(held.first).getUTCFullYear(), new Date(held.last).getUTCFullYear()];
    const year = Math.min(Math.max(wanted ?? lastYear, firstYear), lastYear);
    const body = h('div', { class: 'year' }, loading('coverage'));
    fill(this.element, head, h('p', { class: 'dim' }, origin), years(symbol.symbol, held.timeframe, firstYear, lastYear, year), body);
    try {
      const query = { symbol: symbol.symbol, tf: held.timeframe };
      const [days, gaps] = await Promise.all([
        get<Data<CoverageYear>>('api/data/coverage/days', { ...query, year }, signal),
        // From the first bar to the last, as the days are counted: what comes behind is the series' lag.
        get<Data<Coverage>>('api/data/coverage', {
          ...query, start: year === firstYear ? held.first : `${year}-01-01`, end: year === lastYear ? endOf(held.last, held.timeframe) : `${year + 1}-01-01`,
        }, signal),
      ]);
      fill(body, ...yearOf(name, days.data, gaps.data));
    } catch (error) {
      if (!isAborted(error)) fill(body, failed('The coverage', error));
    }
  }
}

function endOf(last: string, timeframe: string): string {
  return new Date(Date.parse(last) + (timeframeMs(timeframe) ?? 0)).toISOString();
}

function years(symbol: string, timeframe: string, first: number, last: number, year: number): HTMLElement {
  const to = (text: string, target: number): HTMLElement => (target < first || target > last
    ? h('span', { class: 'button off', 'aria-hidden': 'true' }, text)
    : h('a', { class: 'button', href: addressOf('series', [symbol, timeframe], { year: String(target) }), 'aria-label': `The year ${target}` }, text));
  return h('div', { class: 'years', role: 'group', 'aria-label': 'Year' }, to('‹', year - 1), h('strong', { class: 'number' }, String(year)), to('›', year + 1));
}

function yearOf(name: string, year: CoverageYear, coverage: Coverage): Node[] {
  const expected = year.days.reduce((sum, day) => sum + day.expected, 0);
  const held = year.days.reduce((sum, day) => sum + day.held, 0);
  const summary = h('p', { class: 'summary' }, h('strong', {}, percent(held, expected)), ` of ${many(expected, 'expected bar')} of ${year.year} are held`,
    coverage.gap_count === 0 ? '; nothing is missing.' : `; ${listCauses(coverage.causes)}.`);
  return [summary, heatMap(name, year), legend(), gapList(coverage)];
}

function legend(): HTMLElement {
  return h('ul', { class: 'legend', 'aria-label': 'What the colours mean' }, h('li', {}, h('i', { class: 'swatch held' }), 'held'),
    ...causes.filter((cause) => cause.name !== 'session_closed').map((cause) => h('li', { title: causeText(cause.name) }, h('i', { class: `swatch ${cause.name}` }), cause.name)));
}

function gapList(coverage: Coverage): HTMLElement {
  if (coverage.gaps.length === 0) return h('p', { class: 'dim' }, 'No gaps in this year.');
  const [shown, more] = [coverage.gaps.slice(0, mostGaps), coverage.gap_count - mostGaps];
  return h(
    'details', { open: coverage.gaps.length <= 12 }, h('summary', {}, many(coverage.gap_count, 'gap')),
    table<Gap>('Gaps', [
      { title: 'From', heads: true, cell: (gap) => h('a', { class: 'time', href: addressOf('chart', [coverage.symbol, coverage.timeframe], { at: gap.start }) }, time(gap.start)) },
      { title: 'To', cell: (gap) => h('span', { class: 'time' }, time(gap.end)) },
      { title: 'Bars', number: true, cell: (gap) => count(gap.bars) },
      { title: 'Cause', cell: (gap) => [h('i', { class: `swatch ${gap.cause}`, 'aria-hidden': 'true' }), gap.cause, h('span', { class: 'dim why' }, ` ${causeText(gap.cause)}`)] },
    ], shown),
    more > 0 ? h('p', { class: 'dim' }, `and ${many(more, 'gap')} more: see /api/data/coverage`) : null,
  );
}
