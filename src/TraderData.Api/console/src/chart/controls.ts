import { field, fill, h, newId } from '../parts/dom';
import type { HeldSymbol } from '../service/shapes';

type Go = (symbol: string, timeframe: string, query: Record<string, string | undefined>) => void;

/** What is charted: symbol, timeframe, where, and as of when. */
export class ChartBar {
  private readonly names = h('datalist', { id: newId('symbols') });
  private readonly symbol = h('input', { list: this.names.id, autocomplete: 'off', spellcheck: 'false', size: '12', required: true, change: () => this.chooseSymbol() });
  private readonly frames = h('div', { class: 'choices', role: 'group', 'aria-label': 'Timeframes' });
  private readonly other = h('input', { size: '5', placeholder: '7m, 2h', pattern: '[0-9]+[mhdw]', title: 'A number of m, h, d or w: 7m, 2h', autocomplete: 'off', spellcheck: 'false' });
  private readonly at = h('input', { type: 'date', change: () => this.goTo() });
  private readonly asOf = h('input', { type: 'datetime-local', step: '1', change: () => this.travel() });
  private readonly now = h('button', { type: 'button', click: () => this.apply({}) }, 'Now');
  readonly element = h(
    'form', { class: 'toolbar', submit: (event: Event) => { event.preventDefault(); this.submit(); } },
    this.names, field('Symbol', this.symbol), h('div', { class: 'field' }, h('span', { class: 'label' }, 'Timeframe'), this.frames), field('Other', this.other), field('Go to', this.at),
    h('div', { class: 'field' }, field('As of (UTC)', this.asOf)), this.now, h('button', { type: 'submit' }, 'Show'),
  );
  private held: HeldSymbol[] = [];
  private timeframe = '';

  constructor(private readonly go: Go) {}

  set(held: HeldSymbol[], symbol: string, timeframe: string, asOf: string | undefined): void {
    [this.held, this.timeframe] = [held, timeframe];
    fill(this.names, ...held.map((entry) => h('option', { value: entry.symbol })));
    this.symbol.value = symbol;
    const frames = held.find((entry) => entry.symbol === symbol)?.timeframes.map((entry) => entry.timeframe) ?? [];
    fill(this.frames, ...frames.map((frame) => h('button', { type: 'button', 'aria-pressed': frame === timeframe ? 'true' : 'false', click: () => this.choose(frame) }, frame)));
    this.other.value = frames.includes(timeframe) ? '' : timeframe;
    this.asOf.value = asOf === undefined ? '' : new Date(asOf).toISOString().slice(0, 19);
    this.now.hidden = asOf === undefined;
  }

  // A symbol that is typed need not be held at the timeframe of the one before.
  private chooseSymbol(): void {
    const symbol = this.symbol.value.trim().toUpperCase();
    const found = this.held.find((entry) => entry.symbol === symbol);
    if (found === undefined) return;
    const frames = found.timeframes.map((entry) => entry.timeframe);
    this.timeframe = frames.includes(this.timeframe) ? this.timeframe : frames[0] ?? this.timeframe;
    this.apply({ as_of: this.asOfText() });
  }

  private choose(frame: string): void {
    this.timeframe = frame;
    this.apply({ as_of: this.asOfText() });
  }

  private submit(): void {
    const other = this.other.value.trim();
    if (other !== '') this.timeframe = other;
    this.apply({ as_of: this.asOfText(), at: this.at.value || undefined });
  }

  private goTo(): void {
    if (this.at.value !== '') this.apply({ as_of: this.asOfText(), at: this.at.value });
  }

  private travel(): void {
    this.apply({ as_of: this.asOfText(), at: this.at.value || undefined });
  }

  private apply(query: Record<string, string | undefined>): void {
    this.go(this.symbol.value.trim().toUpperCase(), this.timeframe, query);
  }

  // The control knows no zone: what stands in it is UTC, as all times here are.
  private asOfText(): string | undefined {
    const text = this.asOf.value;
    return text === '' ? undefined : `${text.length === 16 ? `${text}:00` : text}Z`;
  }
}
