import { action, readOnlyNote, refusal } from '../parts/action';
import { fill, h } from '../parts/dom';
import { Poll } from '../parts/poll';
import { empty, failed, loading } from '../parts/states';
import { renew, table, type Column } from '../parts/table';
import { bytes, count, many, percent, time } from '../parts/text';
import { get, post, remove } from '../service/api';
import { download } from '../service/download';
import { holdings } from '../service/holdings';
import { onKey } from '../service/key';
import type { Data, Export } from '../service/shapes';
import type { Place, View } from '../view';
import { ExportForm } from './exportForm';

const [busyMs, idleMs] = [700, 10_000];

/** Files for Lona: asked for, followed, fetched. */
export function exportsView(): View {
  return new ExportsView();
}

class ExportsView implements View {
  private readonly told = h('p', { class: 'told', role: 'status' });
  private readonly note = h('div', {});
  private readonly form = new ExportForm(async (wanted) => {
    const { data } = await post<Data<Export>>('api/exports', wanted);
    this.poll.start();
    return `Export ${data.id} is taken; how it stands shows below.`;
  }, this.told);
  private readonly list = h('div', {}, loading('exports'));
  readonly element = h(
    'div', { class: 'exports' },
    h('section', { class: 'card' }, h('div', { class: 'head' }, h('h1', {}, 'Exports')), this.note, this.form.element, this.told),
    h('section', { class: 'card', 'aria-label': 'Exports that were made' }, this.list),
  );
  private readonly poll = new Poll(() => this.load(), (error) => this.fail(error));
  private readonly forget = onKey(() => this.draw());
  private exports: Export[] | null = null;

  show(place: Place): void {
    void this.open(place);
    this.poll.start();
  }

  refresh(): void {
    this.draw();
    this.poll.start();
  }

  close(): void {
    this.poll.end();
    this.forget();
  }

  private async open(place: Place): Promise<void> {
    this.draw();
    try {
      this.form.fill(await holdings(false), place.query.get('symbol'), place.query.get('tf'));
    } catch {
      // The form works without a list to choose from.
    }
  }

  private async load(): Promise<number> {
    this.exports = (await get<Data<Export[]>>('api/exports')).data;
    this.draw();
    return this.exports.some((entry) => entry.status === 'queued' || entry.status === 'running') ? busyMs : idleMs;
  }

  private draw(): void {
    fill(this.note, readOnlyNote('make exports'));
    this.form.allow();
    if (this.exports === null) return;
    renew(this.list, this.exports.length === 0
      ? empty('No export was made yet.', 'Choose a series and a range above. A file comes with a checksum and a manifest.')
      : table('Exports', this.columns(), this.exports));
  }

  private columns(): Column<Export>[] {
    return [
      { title: 'Series', heads: true, cell: (entry) => [`${entry.symbol} ${entry.timeframe}`, h('small', { class: 'dim' }, `${entry.format}, as of ${time(entry.as_of)}`)] },
      { title: 'Range', cell: (entry) => h('span', { class: 'time' }, `${time(entry.start)} – ${time(entry.end)}`) },
      { title: 'State', cell: stateOf },
      { title: 'Bars', number: true, cell: (entry) => (entry.status === 'queued' ? '–' : count(entry.rows)) },
      { title: 'Size', number: true, cell: (entry) => (entry.bytes === undefined ? '–' : bytes(entry.bytes)) },
      { title: 'Files', cell: (entry) => (entry.status === 'done' ? this.files(entry) : this.again(entry)) },
      { title: 'Remove', cell: (entry) => this.remove(entry) },
    ];
  }

  private files(entry: Export): HTMLElement {
    const path = `api/exports/${encodeURIComponent(entry.id)}/file`;
    const name = entry.file;
    const link = (text: string, end: string): HTMLElement => h('button', {
      type: 'button', 'aria-label': `Download ${name}${end}`, click: () => void download(path + end, name + end).catch((error: unknown) => {
        this.told.className = 'told error';
        this.told.textContent = `The download failed: ${refusal(error)}`;
      }),
    }, text);
    return h('span', { class: 'row' }, link('Download', ''), link('SHA-256', '.sha256'), link('Manifest', '.manifest.json'));
  }

  private again(entry: Export): HTMLElement | string {
    if (entry.status !== 'interrupted' && entry.status !== 'failed') return '–';
    const { symbol, timeframe, start, end, format, as_of, time_format, extended, complete, on_gap } = entry;
    return action('Ask again', `Ask again for ${symbol} ${timeframe}`, async () => {
      await post('api/exports', { symbol, timeframe, start, end, format, as_of, time_format, extended, complete, on_gap });
      this.poll.start();
      return 'Asked again.';
    }, this.told);
  }

  private remove(entry: Export): HTMLElement | string {
    if (entry.status === 'queued' || entry.status === 'running') return '–';
    const name = `${entry.symbol} ${entry.timeframe} ${entry.format}`;
    return action('Remove', `Remove ${name}`, async () => {
      if (!window.confirm(`Remove the export ${name} with its files? Asked for again as of ${time(entry.as_of)} it is the same file.`)) return 'Nothing was removed.';
      await remove(`api/exports/${encodeURIComponent(entry.id)}`);
      this.poll.start();
      return `The export ${name} is removed.`;
    }, this.told);
  }

  private fail(error: unknown): void {
    if (this.exports === null) fill(this.list, failed('The list of exports', error));
    else [this.told.className, this.told.textContent] = ['told error', refusal(error)];
  }
}

function stateOf(entry: Export): HTMLElement[] {
  const kinds: Record<Export['status'], string> = { queued: '', running: 'run', done: 'good', incomplete: 'warn', failed: 'bad', interrupted: 'warn' };
  const shown: HTMLElement[] = [h('span', { class: `pill ${kinds[entry.status]}` }, entry.status)];
  if (entry.status === 'running') shown.push(h('progress', { max: 1, value: entry.progress ?? null, 'aria-label': 'Progress' }), h('small', { class: 'dim' }, entry.progress === undefined ? '' : percent(entry.progress, 1)));
  if ((entry.missing_bars ?? 0) > 0) shown.push(h('p', { class: 'warn' }, `${many(entry.missing_bars ?? 0, 'bar')} missing`));
  if (entry.error !== undefined) shown.push(h('p', { class: 'reason' }, entry.error));
  return shown;
}
