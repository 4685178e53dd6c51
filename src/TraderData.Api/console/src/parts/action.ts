import { h } from './dom';
import { Fault } from '../service/api';
import { keyState, whyReadOnly } from '../service/key';

/** A button that changes something: off, with the reason, while nobody may. */
export function action(text: string, label: string, act: () => Promise<string>, told: HTMLElement): HTMLButtonElement {
  const why = whyReadOnly();
  const button = h('button', { type: 'button', 'aria-label': label, disabled: why !== null, title: why ?? label }, text);
  button.addEventListener('click', () => {
    button.disabled = true;
    void act().then((done) => say(told, done, false), (error: unknown) => say(told, refusal(error), true)).finally(() => {
      button.disabled = whyReadOnly() !== null;
    });
  });
  return button;
}

export function say(told: HTMLElement, text: string, isError: boolean): void {
  told.className = isError ? 'told error' : 'told good';
  told.textContent = text;
}

export function refusal(error: unknown): string {
  if (error instanceof Fault && error.status === 401) return `The service refused the key: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** What one could do with a key; nothing for who has one. */
export function readOnlyNote(what: string): HTMLElement | null {
  const state = keyState();
  if (state === 'operator' || state === 'checking') return null;
  const start = { none: 'Read-only. Give', reader: 'This key reads and does no more. Give', wrong: 'The service refused the key. Give' }[state];
  return h('p', { class: 'note' }, `${start} the operator key to ${what}: press `, h('kbd', {}, 'K'), '.');
}
