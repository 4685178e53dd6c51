import { h, type Child } from './dom';
import { Fault, Lost } from '../service/api';

/** What to say in the place of content that there is none of: what is so, and what to do next. */
export function empty(title: string, ...next: Child[]): HTMLElement {
  return h('div', { class: 'empty' }, h('strong', {}, title), h('p', {}, ...next));
}

export function loading(what: string): HTMLElement {
  return h('p', { class: 'loading', role: 'status' }, `Loading ${what} …`);
}

/** An error with its remedy: the service's own words, which name one. */
export function failed(what: string, error: unknown): HTMLElement {
  const remedy = error instanceof Lost
    ? 'The service does not answer. This comes back by itself once it does.'
    : error instanceof Fault ? error.message : `The page failed: ${String(error)}. Load it again; if it fails again, tell who runs the service.`;
  return h('div', { class: 'failed', role: 'alert' }, h('strong', {}, `${what} cannot be shown.`), h('p', {}, remedy));
}

/** True for what is no error: it was asked for and then not wanted any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
