// Elements without a framework, and without markup in strings: whatever a server says is text.

export type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value as unknown as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }

  element.append(...shown(children));
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...shown(children));
}

function shown(children: Child[]): (Node | string)[] {
  return children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (typeof child === 'number' ? String(child) : child));
}

let ids = 0;

/** An id that no other element has. */
export function newId(name: string): string {
  return `${name}-${++ids}`;
}

/** A labelled control: the label above it, a hint below. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
  control.id ||= newId('field');
  const note = hint === undefined ? null : h('small', { id: newId('hint') }, hint);
  if (note !== null) control.setAttribute('aria-describedby', note.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, note);
}

/** A select with these values; [value, text] where they differ. */
export function select(values: (string | [string, string])[], chosen: string, props: Record<string, Value> = {}): HTMLSelectElement {
  return h('select', props, ...values.map((entry) => {
    const [value, text] = typeof entry === 'string' ? [entry, entry] : entry;
    return h('option', { value, selected: value === chosen }, text);
  }));
}
