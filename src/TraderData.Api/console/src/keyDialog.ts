import { field, fill, h } from './parts/dom';
import type { Fault } from './service/api';
import { key, keyState, setKey } from './service/key';

/** Where the key is given, changed or forgotten. Opens by itself when the service wants one. */
export class KeyDialog {
  readonly element: HTMLDialogElement;
  private readonly input = h('input', { type: 'password', autocomplete: 'off', spellcheck: 'false', name: 'key' });
  private readonly told = h('p', { class: 'error', role: 'alert', hidden: true });
  private readonly forget = h('button', { type: 'button', click: () => this.finish(null) }, 'Forget the key');

  constructor() {
    const form = h(
      'form', { method: 'dialog', submit: (event: Event) => { event.preventDefault(); this.finish(this.input.value); } },
      h('h2', { id: 'key-title' }, 'Operator key'),
      h('p', {}, 'With the key this page may run and pause jobs and make exports. Without it the page only reads. It is kept in this tab and forgotten with it.'),
      this.told,
      field('Key', this.input, 'What OPERATOR_KEY is set to, or what trader-data demo prints. A vendor’s key (vk_…) reads, and does no more.'),
      h('div', { class: 'row' }, h('button', { type: 'submit', class: 'primary' }, 'Use the key'), this.forget, h('button', { type: 'button', click: () => this.element.close() }, 'Cancel')),
    );
    this.element = h('dialog', { 'aria-labelledby': 'key-title' }, form);
  }

  open(): void {
    this.told.hidden = keyState() !== 'wrong';
    if (keyState() !== 'wrong') fill(this.told);
    this.show();
  }

  /** Opens because the service wants a key. */
  ask(fault: Fault): void {
    // Once a key was refused it is not sent any more, and what comes back says only that there was none.
    if (keyState() === 'wrong' && !fault.sentKey) return;
    this.tell(fault.sentKey ? `The key is wrong: ${fault.message}` : `This service wants a key: ${fault.message}`);
  }

  /** Opens because the service looked at the key and refused it. */
  refuse(message: string): void {
    this.tell(`The key is wrong: ${message}`);
  }

  private tell(text: string): void {
    fill(this.told, text);
    this.told.hidden = false;
    this.show();
  }

  private show(): void {
    this.forget.hidden = key() === null;
    if (this.element.open) return;
    this.input.value = '';
    this.element.showModal();
    this.input.focus();
  }

  private finish(text: string | null): void {
    this.element.close();
    setKey(text);
  }
}
