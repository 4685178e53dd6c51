import { field, fill, h, newId, select } from '../parts/dom';
import { refusal, say } from '../parts/action';
import { whyReadOnly } from '../service/key';
import type { HeldSymbol } from '../service/shapes';

export interface ExportWanted {
  symbol: string; timeframe: string; start: string; end: string; format: string; extended?: boolean; time_format?: string; complete?: boolean; on_gap?: string;
}

const dayMs = 86_400_000;

/** What to export. The service checks it: what it refuses is told in its words. */
export class ExportForm {
  private readonly names = h('datalist', { id: newId('symbols') });
  private readonly symbol = h('input', { list: this.names.id, required: true, autocomplete: 'off', spellcheck: 'false', size: '12', change: () => this.chosen() });
  private readonly frames = h('datalist', { id: newId('frames') });
  private readonly timeframe = h('input', { list: this.frames.id, required: true, pattern: '[0-9]+[mhdw]', title: 'A number of m, h, d or w: 1h, 7m', autocomplete: 'off', size: '6' });
  private readonly start = h('input', { type: 'date', required: true });
  private readonly end = h('input', { type: 'date', required: true });
  private readonly format = select(['csv', 'json'], 'csv');
  private readonly times = select([['unix-ms', 'Unix milliseconds'], ['iso', 'ISO 8601'], ['datetime', 'date and time']], 'unix-ms');
  private readonly gaps = select([['warn', 'write and warn'], ['fail', 'write nothing']], 'warn');
  private readonly extended = h('input', { type: 'checkbox' });
  private readonly complete = h('input', { type: 'checkbox' });
  private readonly button = h('button', { type: 'submit', class: 'primary' }, 'Make the export');
  readonly element = h(
    'form', { class: 'toolbar', submit: (event: Event) => { event.preventDefault(); void this.send(); } }, this.names, this.frames,
    field('Symbol', this.symbol), field('Timeframe', this.timeframe), field('From (UTC)', this.start), field('Up to, without', this.end), field('Format', this.format), field('Times', this.times),
    field('With gaps', this.gaps), h('div', { class: 'checks' }, check('vwap and trades', this.extended), check('only complete bars', this.complete)), this.button,
  );
  private held: HeldSymbol[] = [];

  constructor(private readonly make: (wanted: ExportWanted) => Promise<string>, private readonly told: HTMLElement) {
    this.end.value = new Date(Math.floor(Date.now() / dayMs) * dayMs).toISOString().slice(0, 10);
    this.start.value = new Date(Math.floor(Date.now() / dayMs) * dayMs - 30 * dayMs).toISOString().slice(0, 10);
  }

  fill(held: HeldSymbol[], symbol: string | null, timeframe: string | null): void {
    this.held = held;
    fill(this.names, ...held.map((entry) => h('option', { value: entry.symbol })));
    if (this.symbol.value === '') this.symbol.value = symbol ?? held[0]?.symbol ?? '';
    this.chosen();
    if (timeframe !== null) this.timeframe.value = timeframe;
  }

  /** Off, with the reason, while nobody may. */
  allow(): void {
    const why = whyReadOnly();
    this.button.disabled = why !== null;
    this.button.title = why ?? '';
  }

  private chosen(): void {
    const frames = this.held.find((entry) => entry.symbol === this.symbol.value.trim())?.timeframes.map((entry) => entry.timeframe) ?? [];
    fill(this.frames, ...frames.map((frame) => h('option', { value: frame })));
    if (this.timeframe.value === '') this.timeframe.value = frames.includes('1h') ? '1h' : frames[0] ?? '';
  }

  private async send(): Promise<void> {
    this.button.disabled = true;
    try {
      say(this.told, await this.make({
        symbol: this.symbol.value.trim(), timeframe: this.timeframe.value.trim(), start: `${this.start.value}T00:00:00Z`, end: `${this.end.value}T00:00:00Z`, format: this.format.value,
        extended: this.extended.checked, time_format: this.times.value, complete: this.complete.checked, on_gap: this.gaps.value,
      }), false);
    } catch (error) {
      say(this.told, refusal(error), true);
    } finally {
      this.allow();
    }
  }
}

function check(label: string, control: HTMLInputElement): HTMLElement {
  return h('label', {}, control, ` ${label}`);
}
