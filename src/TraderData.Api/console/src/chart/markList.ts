import { causeText } from '../parts/causes';
import { h } from '../parts/dom';
import { table } from '../parts/table';
import { count, many, time } from '../parts/text';
import type { ExactBar, Gap, Revision } from '../service/shapes';
import { addressOf } from '../view';
import type { Wanted } from './bars';
import type { Marks } from './marks';

// The chart marks them all; a list is read from its newest on.
const mostListed = 50;
const parts = ['open', 'high', 'low', 'close', 'volume'] as const;

/** In words what the chart marks, with the values that bars had before. */
export function markList(marks: Marks, wanted: Wanted, loaded: string): Node[] {
  const made = marks.madeOf === undefined ? '' : `, made of ${marks.madeOf}`;
  return [
    h('p', { class: 'dim' }, `Loaded: ${loaded}${made}.`),
    marks.gapCount === 0 ? h('p', {}, 'No gaps in what is loaded.') : gapList(marks, wanted),
    marks.revisions.length === 0 ? h('p', {}, 'No bar of it was restated.') : revisionList(marks, wanted),
  ];
}

function gapList(marks: Marks, wanted: Wanted): HTMLElement {
  return h(
    'details', { open: marks.gaps.length <= 5 }, h('summary', {}, `${many(marks.gapCount, 'gap')} in what is loaded`),
    table<Gap>('Gaps', [
      { title: 'From', heads: true, cell: (gap) => h('a', { class: 'time', href: to(wanted, gap.start) }, time(gap.start)) },
      { title: 'To', cell: (gap) => h('span', { class: 'time' }, time(gap.end)) },
      { title: 'Bars', number: true, cell: (gap) => count(gap.bars) },
      { title: 'Cause', cell: (gap) => [h('i', { class: `swatch ${gap.cause}`, 'aria-hidden': 'true' }), gap.cause, h('span', { class: 'dim why' }, ` ${causeText(gap.cause)}`)] },
    ], marks.gaps.slice(-mostListed).reverse()),
  );
}

function revisionList(marks: Marks, wanted: Wanted): HTMLElement {
  return h(
    'details', { open: marks.revisions.length <= 5 },
    h('summary', {}, `${many(marks.revisions.length, 'restatement')}${marks.moreRevisions ? ' and more' : ''} in what is loaded`),
    table<Revision>('Restatements', [
      { title: 'Bar', heads: true, cell: (revision) => h('a', { class: 'time', href: to(wanted, revision.bar_ts) }, time(revision.bar_ts)) },
      { title: 'Replaced', cell: (revision) => h('span', { class: 'time' }, time(revision.replaced_at)) },
      { title: 'What changed', cell: (revision) => changes(revision.was, revision.became) },
      { title: 'As it was', cell: (revision) => h('a', { href: addressOf('chart', [wanted.symbol, wanted.timeframe], { as_of: before(revision.replaced_at), at: revision.bar_ts }) }, 'as of then') },
    ], marks.revisions.slice(-mostListed).reverse()),
  );
}

function changes(was: ExactBar, became: ExactBar): HTMLElement[] {
  return parts.filter((part) => was[part] !== became[part])
    .map((part) => h('span', { class: 'change' }, `${part} `, h('s', {}, was[part] ?? 'unknown'), ' → ', h('b', {}, became[part] ?? 'unknown')));
}

// A second before a value was replaced it was still there.
function before(iso: string): string {
  return new Date(Date.parse(iso) - 1_000).toISOString();
}

function to(wanted: Wanted, at: string): string {
  return addressOf('chart', [wanted.symbol, wanted.timeframe], { at, as_of: wanted.asOf });
}
