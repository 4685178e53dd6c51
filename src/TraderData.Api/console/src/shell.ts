import { h, fill } from './parts/dom';
import { KeyDialog } from './keyDialog';
import { askNow, onConnection } from './service/connection';
import { onUnauthorized } from './service/api';
import { forgetHoldings } from './service/holdings';
import { keyState, onKey, takeKeyFromAddress, type KeyState } from './service/key';
import { checkKey } from './service/keyCheck';
import { chartView } from './views/chart';
import { exportsView } from './views/exports';
import { jobsView } from './views/jobs';
import { roundsView } from './views/rounds';
import { seriesView } from './views/series';
import { placeOf, type View } from './view';

const views: { name: string; title: string; make: () => View }[] = [
  { name: 'series', title: 'Series', make: seriesView },
  { name: 'chart', title: 'Chart', make: chartView },
  { name: 'jobs', title: 'Jobs', make: jobsView },
  { name: 'rounds', title: 'Rounds', make: roundsView },
  { name: 'exports', title: 'Exports', make: exportsView },
];

const keyTexts: Record<KeyState, string> = { none: 'Read-only', checking: 'Checking …', operator: 'Operator', reader: 'Reading key', wrong: 'Wrong key' };

/** The frame around the views: where to go, whether the service answers, and who one is to it. */
export function startShell(body: HTMLElement): void {
  const dialog = new KeyDialog();
  const links = views.map(({ name, title }, index) => h('a', { href: `#/${name}`, 'aria-keyshortcuts': String(index + 1), title: `Press ${index + 1}` }, title));
  const keyButton = h('button', { type: 'button', class: 'key', 'aria-keyshortcuts': 'k', click: () => dialog.open() });
  const banner = h('div', { class: 'banner', role: 'alert', hidden: true });
  const main = h('main', { id: 'main', tabindex: '-1' });
  fill(
    body,
    h('a', { class: 'skip', href: '#main', click: (event: Event) => { event.preventDefault(); main.focus(); } }, 'To the content'),
    h('header', {}, h('a', { class: 'brand', href: '#/series' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'trader-data'), h('nav', { 'aria-label': 'Views' }, ...links), keyButton),
    banner, main, footer(), dialog.element,
  );

  let current: { name: string; view: View } | null = null;
  const go = (): void => {
    const place = placeOf(location.hash);
    const found = views.find(({ name }) => name === place.view) ?? views[0];
    if (found === undefined) return;
    if (current?.name !== found.name) {
      current?.view.close();
      current = { name: found.name, view: found.make() };
      fill(main, current.view.element);
      document.title = `${found.title} · trader-data`;
      links.forEach((link, index) => link.toggleAttribute('data-current', views[index] === found));
      links.forEach((link, index) => (views[index] === found ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current')));
    }

    current.view.show(place);
  };

  const showKey = (): void => {
    const state = keyState();
    keyButton.className = `key ${state}`;
    keyButton.textContent = keyTexts[state];
    keyButton.setAttribute('aria-label', `${keyTexts[state]}: give, change or forget the key`);
  };
  const check = (): void => void checkKey().then((refusal) => {
    if (refusal !== null) dialog.refuse(refusal);
  });
  onKey(() => {
    showKey();
    if (keyState() === 'checking') check();
    // With another key one may see more, and without one less.
    if (keyState() === 'wrong' || keyState() === 'checking') return;
    forgetHoldings();
    current?.view.refresh();
  });
  onUnauthorized((fault) => dialog.ask(fault));
  onConnection((lost) => {
    banner.hidden = !lost;
    fill(banner, h('strong', {}, 'The service does not answer.'), ' What is shown may be old. It is asked again until it does. ', h('button', { type: 'button', click: askNow }, 'Ask now'));
    if (lost) return;
    check();
    current?.view.refresh();
  });
  window.addEventListener('hashchange', () => {
    takeKeyFromAddress();
    go();
  });
  window.addEventListener('keydown', (event) => shortcut(event, dialog));
  showKey();
  go();
  check();
}

// Single keys, while nobody types: 1 to 5 for the views, / for the search, K for the key.
function shortcut(event: KeyboardEvent, dialog: KeyDialog): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, dialog') !== null) return;
  const view = views[Number(event.key) - 1];
  if (view !== undefined) {
    location.hash = `#/${view.name}`;
    document.getElementById('main')?.focus();
  } else if (event.key === 'k' || event.key === 'K') {
    event.preventDefault();
    dialog.open();
  } else if (event.key === '/') {
    const search = document.querySelector<HTMLInputElement>('main input[type=search], main input[list]');
    if (search === null) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
}

function footer(): HTMLElement {
  return h(
    'footer', {},
    h('p', {}, 'Times are UTC. Keys: ', h('kbd', {}, '1'), '–', h('kbd', {}, '5'), ' views, ', h('kbd', {}, '/'), ' search, ', h('kbd', {}, 'K'), ' key. ', h('a', { href: 'docs' }, 'API'), '.'),
    // The licence of the chart asks for its notice and this link.
    h('p', {}, 'Charts: ', h('a', { href: 'https://www.tradingview.com/', rel: 'noopener noreferrer', target: '_blank' }, 'TradingView Lightweight Charts™'), '. Copyright (c) 2025 TradingView, Inc.'),
  );
}
