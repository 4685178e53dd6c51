import { fill, h, type Child } from './dom';

export interface Column<T> {
  title: string;
  /** What stands in the cell. */
  cell: (row: T) => Child | Child[];
  /** Numbers are set to the right. */
  number?: boolean;
  /** The cell that names its row. */
  heads?: boolean;
}

/** A table that turns into a list of cards where there is no room for columns. */
export function table<T>(caption: string, columns: Column<T>[], rows: readonly T[], mark?: (row: T) => string): HTMLTableElement {
  return h(
    'table', { class: 'stack' },
    h('caption', { class: 'unseen' }, caption),
    h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col', class: column.number === true ? 'number' : null }, column.title)))),
    h('tbody', {}, ...rows.map((row) => h('tr', { class: mark?.(row) ?? null }, ...columns.map((column) => cell(column, row))))),
  );
}

function cell<T>(column: Column<T>, row: T): HTMLElement {
  const content = column.cell(row);
  const children = Array.isArray(content) ? content : [content];
  const props = { class: column.number === true ? 'number' : null, 'data-label': column.title };
  return column.heads === true ? h('th', { scope: 'row', ...props }, ...children) : h('td', props, ...children);
}

/** Shows a table in the place of an older one: cells that are the same stay, with the focus and the press that may be in them. */
export function renew(place: HTMLElement, next: HTMLElement): void {
  const held = place.firstElementChild;
  if (!(held instanceof HTMLTableElement) || !(next instanceof HTMLTableElement) || held.rows.length !== next.rows.length) {
    fill(place, next);
    return;
  }

  [...next.rows].forEach((row, index) => {
    const old = held.rows[index] as HTMLTableRowElement;
    if (old.className !== row.className) old.className = row.className;
    [...row.cells].forEach((cell, column) => {
      const before = old.cells[column] as HTMLTableCellElement;
      if (!before.isEqualNode(cell)) before.replaceWith(cell);
    });
  });
}
