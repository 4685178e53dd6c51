import { copyable } from '../parts/copy';
import { fill, h } from '../parts/dom';
import { empty, failed, isAborted, loading } from '../parts/states';
import { table } from '../parts/table';
import { bytes, count, day, many, time } from '../parts/text';
import { Fault, get } from '../service/api';
import type { Data, Manifest, ManifestFile, Quality, Round } from '../service/shapes';
import { addressOf, type Place, type View } from '../view';
import { qualityTable } from './quality';
import { splitLine } from './splits';

const roundsAsked = 100;

/** The data sets that are offered to train on: what is in them, and how to check one. */
export function roundsView(): View {
  return new RoundsView();
}

class RoundsView implements View {
  private readonly list = h('div', {}, loading('rounds'));
  private readonly detail = h('section', { class: 'card round', hidden: true, 'aria-label': 'Round' });
  readonly element = h('div', { class: 'rounds' }, h('section', { class: 'card list' }, h('div', { class: 'head' }, h('h1', {}, 'Rounds')), this.list), this.detail);
  private asking = new AbortController();
  private place: Place | null = null;

  show(place: Place): void {
    this.place = place;
    this.asking.abort();
    this.asking = new AbortController();
    void this.load(place.path[0], this.asking.signal);
  }

  refresh(): void {
    if (this.place !== null) this.show(this.place);
  }

  close(): void {
    this.asking.abort();
  }

  private async load(wanted: string | undefined, signal: AbortSignal): Promise<void> {
    try {
      const { rounds } = (await get<Data<{ rounds: Round[] }>>('api/rounds', { limit: roundsAsked }, signal)).data;
      const chosen = rounds.find((round) => round.round_id === wanted) ?? (wanted === undefined ? rounds.find((round) => round.is_current) ?? rounds[0] : undefined);
      fill(this.list, rounds.length === 0
        ? empty('No round is offered.', 'Cut one with ', h('code', {}, 'trader-data round create'), ' and offer it with ', h('code', {}, 'trader-data round publish'), '.')
        : listOf(rounds, chosen));
      this.detail.hidden = chosen === undefined && wanted === undefined;
      if (chosen !== undefined) await this.loadOne(chosen, signal);
      else if (wanted !== undefined) fill(this.detail, empty(`There is no round ${wanted}.`, 'It may have been retired, or have expired. Choose one of the list.'));
    } catch (error) {
      if (isAborted(error)) return;
      this.detail.hidden = true;
      fill(this.list, error instanceof Fault && error.code === 'UNAUTHORIZED'
        ? empty('Rounds need a key.', 'Give the operator key, or a vendor’s key: press ', h('kbd', {}, 'K'), '.')
        : failed('The list of rounds', error));
    }
  }

  private async loadOne(round: Round, signal: AbortSignal): Promise<void> {
    const [files, quality] = [h('div', {}, loading('files')), h('div', {}, loading('quality'))];
    const splits = h('div', {}, loading('splits'));
    fill(
      this.detail,
      h('div', { class: 'head' }, h('h2', {}, round.name), round.is_current ? h('span', { class: 'pill good' }, 'current') : null),
      h('p', { class: 'dim' }, h('code', {}, round.round_id), round.description === undefined ? '' : ` · ${round.description}`),
      factsOf(round), h('h3', {}, 'Splits'), splits, h('h3', {}, 'Verify'), verify(round), h('h3', {}, 'Files'), files, h('h3', {}, 'Quality'), quality,
    );
    const path = `api/rounds/${encodeURIComponent(round.round_id)}`;
    await Promise.all([
      part([splits, files], 'The manifest', signal, async () => {
        const manifest = await get<Manifest>(`${path}/manifest`, {}, signal);
        fill(splits, splitLine(manifest));
        fill(files, filesOf(manifest));
      }),
      part([quality], 'The quality report', signal, async () => fill(quality, ...qualityTable(await get<Quality>(`${path}/quality`, {}, signal)))),
    ]);
  }
}

async function part(places: HTMLElement[], what: string, signal: AbortSignal, load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch (error) {
    if (isAborted(error) || signal.aborted) return;
    places.forEach((place, index) => (index === 0 ? fill(place, failed(what, error)) : fill(place)));
  }
}

function listOf(rounds: Round[], chosen: Round | undefined): HTMLElement {
  return table<Round>('Rounds that are offered', [
    { title: 'Round', heads: true, cell: (round) => [
      h('span', { class: 'row' }, h('a', { href: addressOf('rounds', [round.round_id]) }, round.name), round.is_current ? h('span', { class: 'pill good' }, 'current') : null),
      h('small', { class: 'dim' }, round.round_id),
    ] },
    { title: 'As of', cell: (round) => h('span', { class: 'time', title: time(round.metadata.as_of) }, day(round.metadata.as_of)) },
    { title: 'Published', cell: (round) => h('span', { class: 'time', title: time(round.metadata.published_at) }, day(round.metadata.published_at)) },
    { title: 'Size', number: true, cell: (round) => bytes(round.files.reduce((sum, file) => sum + file.size_bytes, 0)) },
  ], rounds, (round) => (round === chosen ? 'chosen' : ''));
}

function factsOf(round: Round): HTMLElement {
  const facts: [string, string][] = [
    ['As of', time(round.metadata.as_of)], ['Published', time(round.metadata.published_at)], ['Expires', round.expires_at === undefined ? 'never' : time(round.expires_at)], ['Schema', round.schema_version],
  ];
  return h('dl', { class: 'facts' }, ...facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'number' }, value))));
}

function filesOf(manifest: Manifest): HTMLElement {
  return table<ManifestFile>('Files of the round', [
    { title: 'Name', heads: true, cell: (file) => h('code', {}, file.name) },
    { title: 'Size', number: true, cell: (file) => bytes(file.size_bytes) },
    { title: 'Rows', number: true, cell: (file) => (file.rows === undefined ? '–' : count(file.rows)) },
    { title: 'Columns', number: true, cell: (file) => (file.columns === undefined ? '–' : h('span', { title: file.columns.map((column) => column.name).join(', ') }, count(file.columns.length))) },
    { title: 'From', cell: (file) => h('span', { class: 'time' }, day(file.first)) },
    { title: 'To', cell: (file) => h('span', { class: 'time' }, day(file.last)) },
    { title: 'SHA-256', cell: (file) => h('code', { title: file.sha256, class: 'dim' }, `${file.sha256.slice(0, 12)}…`) },
  ], manifest.files);
}

// Keys are read from a file or an https address: who serves without one fetches them first.
function verify(round: Round): HTMLElement {
  const keys = new URL('.well-known/jwks.json', document.baseURI).href;
  const command = keys.startsWith('https:')
    ? `trader-data round verify ${round.round_id} --jwks ${keys}`
    : `curl -fsS ${keys} -o jwks.json && trader-data round verify ${round.round_id} --jwks jwks.json`;
  return h('div', {}, h('p', { class: 'dim' }, `In the folder that holds the round’s ${many(round.files.length, 'file')} as ${round.round_id}. It needs no network beyond the keys, and names the first thing that is wrong.`),
    copyable(command, 'Copy the verify command'));
}
