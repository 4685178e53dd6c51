import { h } from '../parts/dom';
import { count, time, until } from '../parts/text';
import type { Budget } from '../service/shapes';

/** Of each source how much of its limit this minute took. */
export function gauges(budgets: Budget[]): HTMLElement[] {
  return budgets.map(gauge);
}

function gauge(budget: Budget): HTMLElement {
  const used = budget.taken + budget.others;
  const title = h('strong', {}, budget.source);
  if (budget.limit === undefined) return h('div', { class: 'gauge' }, title, h('p', { class: 'dim' }, `${count(used)} taken in the minute of ${time(budget.minute).slice(11)}; it has told no limit yet`), ...troubles(budget));
  const share = Math.min(1, used / budget.limit);
  const meter = h('div', {
    class: `meter ${share > 0.9 ? 'bad' : share > 0.7 ? 'warn' : 'good'}`, role: 'meter', 'aria-label': `Rate budget of ${budget.source}`, 'aria-valuemin': 0, 'aria-valuemax': budget.limit, 'aria-valuenow': used,
    'aria-valuetext': `${used} of ${budget.limit}`,
  });
  const [own, others] = [h('i', { class: 'own' }), h('i', { class: 'others' })];
  own.style.width = `${Math.min(100, (budget.taken / budget.limit) * 100)}%`;
  others.style.width = `${Math.min(100, (budget.others / budget.limit) * 100)}%`;
  meter.append(own, others);
  return h(
    'div', { class: 'gauge' }, h('div', { class: 'row' }, title, h('span', { class: 'number' }, `${count(used)} of ${count(budget.limit)}`)), meter,
    h('p', { class: 'dim' }, `in the minute of ${time(budget.minute).slice(11)}${budget.others > 0 ? `; ${count(budget.others)} by others on this address` : ''}`), ...troubles(budget),
  );
}

function troubles(budget: Budget): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (budget.banned_until !== undefined) found.push(h('p', { class: 'reason' }, `The source has banned this address; it ends ${until(budget.banned_until)} (${time(budget.banned_until)}).`));
  if (budget.paused_until !== undefined) found.push(h('p', { class: 'warn' }, `Paused, as the source asked; goes on ${until(budget.paused_until)}.`));
  if (budget.stopped !== undefined) found.push(h('p', { class: 'reason' }, `${budget.stopped.host} is not asked until ${time(budget.stopped.until)} (${budget.stopped.kind}): ${budget.stopped.reason}`));
  return found;
}
