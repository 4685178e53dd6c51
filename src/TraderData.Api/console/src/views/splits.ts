import { h } from '../parts/dom';
import { day, duration, many, time } from '../parts/text';
import type { Manifest } from '../service/shapes';

/** The three parts of a round on one line of time, each as long as it lasts. */
export function splitLine(manifest: Manifest): HTMLElement {
  const parts = Object.entries(manifest.splits);
  const bars = parts.map(([name, span]) => {
    const length = Date.parse(span.end) - Date.parse(span.start);
    const rows = manifest.files.find((file) => file.type === name && file.rows !== undefined)?.rows;
    const part = h('div', { class: `split ${name}`, role: 'listitem', title: `${time(span.start)} to ${time(span.end)}` },
      h('strong', {}, name), h('span', {}, duration(length)), rows === undefined ? null : h('span', { class: 'number' }, many(rows, 'row')));
    part.style.flexGrow = String(length);
    return part;
  });
  const borders = [...parts.map(([, span]) => span.start), parts.at(-1)?.[1].end].filter((border): border is string => border !== undefined);
  return h(
    'div', { class: 'splits' }, h('div', { class: 'line', role: 'list', 'aria-label': 'Splits' }, ...bars),
    h('ol', { class: 'borders', 'aria-label': 'Borders' }, ...placed(borders)),
    h('p', { class: 'dim' }, `Purged: ${many(manifest.purge_bars, 'bar')} whose labels reach over a border. Embargo: ${many(manifest.embargo_bars, 'bar')} left out in front of validation and test.`),
  );
}

function placed(borders: string[]): HTMLElement[] {
  const [first, last] = [Date.parse(borders[0] ?? ''), Date.parse(borders.at(-1) ?? '')];
  return borders.map((border, index) => {
    const label = h('li', { class: `number ${index === 0 ? 'first' : index === borders.length - 1 ? 'last' : ''}`, title: time(border) }, day(border));
    label.style.left = `${((Date.parse(border) - first) / (last - first)) * 100}%`;
    return label;
  });
}
