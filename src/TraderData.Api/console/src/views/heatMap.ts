import { listCauses, worst } from '../parts/causes';
import { h } from '../parts/dom';
import { count } from '../parts/text';
import type { CoverageDay, CoverageYear } from '../service/shapes';

const dayMs = 86_400_000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

// One bar of 1440 is as much worth seeing as half a day.
const leastShare = 0.25;

/** A year as weeks by days. One stop for the Tab key; the arrows go from day to day, and the line below reads the day. */
export function heatMap(name: string, year: CoverageYear): HTMLElement {
  const days = new Map(year.days.map((day) => [day.day.slice(0, 10), day]));
  const first = Date.UTC(year.year, 0, 1);
  const count_ = (Date.UTC(year.year + 1, 0, 1) - first) / dayMs;
  const offset = (new Date(first).getUTCDay() + 6) % 7;
  const reading = h('p', { class: 'reading', 'aria-live': 'polite' }, 'Point at a day, or go to one with the arrow keys.');
  const cells: HTMLElement[] = [];
  for (let i = 0; i < count_; i++) {
    const date = new Date(first + i * dayMs).toISOString().slice(0, 10);
    cells.push(cell(date, days.get(date), Math.floor((i + offset) / 7), (i + offset) % 7));
  }

  const grid = h('div', { class: 'heat', role: 'group', 'aria-label': `Coverage of ${name} in ${year.year} by day` }, ...labels(first, offset), ...cells);
  const read = (cellOf: EventTarget | null): void => {
    const text = (cellOf as HTMLElement | null)?.closest?.('.day')?.getAttribute('aria-label');
    if (text) reading.textContent = text;
  };
  grid.addEventListener('mouseover', (event) => read(event.target));
  grid.addEventListener('focusin', (event) => read(event.target));
  grid.addEventListener('click', (event) => read(event.target));
  grid.addEventListener('keydown', (event) => move(event, cells));
  (cells.findLast((c) => !c.classList.contains('none')) ?? cells[0])?.setAttribute('tabindex', '0');
  return h('div', {}, h('div', { class: 'heat-scroll' }, grid), reading);
}

function cell(date: string, day: CoverageDay | undefined, week: number, weekday: number): HTMLElement {
  const element = h('div', { class: `day ${day === undefined ? 'none' : ''}`, role: 'img', tabindex: '-1', 'data-day': date, 'aria-label': textOf(date, day) });
  element.style.gridColumn = String(week + 2);
  element.style.gridRow = String(weekday + 2);
  if (day === undefined) return element;
  const cause = worst(day.missing);
  const lacks = day.expected > 0 ? (day.expected - day.held) / day.expected : 0;
  if (lacks <= 0 || cause === null) {
    element.classList.add('held');
    return element;
  }

  element.classList.add(cause);
  if (day.held > 0) {
    element.classList.add('part');
    element.style.setProperty('--held-share', `${Math.round((1 - Math.max(lacks, leastShare)) * 100)}%`);
  }

  return element;
}

function textOf(date: string, day: CoverageDay | undefined): string {
  const weekday = weekdays[(new Date(date).getUTCDay() + 6) % 7];
  if (day === undefined) return `${weekday} ${date}: no bars expected`;
  const lacking = listCauses(day.missing);
  return `${weekday} ${date}: ${count(day.held)} of ${count(day.expected)} bars held${lacking === '' ? '' : `; ${lacking}`}`;
}

function labels(first: number, offset: number): HTMLElement[] {
  const texts: HTMLElement[] = [];
  for (const row of [0, 2, 4]) {
    const label = h('span', { class: 'axis weekday', 'aria-hidden': 'true' }, weekdays[row]);
    [label.style.gridColumn, label.style.gridRow] = ['1', String(row + 2)];
    texts.push(label);
  }

  const year = new Date(first).getUTCFullYear();
  months.forEach((month, index) => {
    const label = h('span', { class: 'axis', 'aria-hidden': 'true' }, month);
    const week = Math.floor(((Date.UTC(year, index, 1) - first) / dayMs + offset) / 7);
    [label.style.gridColumn, label.style.gridRow] = [`${week + 2} / span 4`, '1'];
    texts.push(label);
  });
  return texts;
}

function move(event: KeyboardEvent, cells: HTMLElement[]): void {
  const steps: Record<string, number> = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1, Home: -cells.length, End: cells.length };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const now = cells.indexOf(event.target as HTMLElement);
  const next = cells[Math.min(Math.max(now + step, 0), cells.length - 1)];
  if (next === undefined) return;
  for (const other of cells) other.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
}
