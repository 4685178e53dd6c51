import { h } from './dom';

/** A line to copy as it stands. */
export function copyable(text: string, label: string): HTMLElement {
  const code = h('code', { tabindex: '0' }, text);
  const button = h('button', { type: 'button', 'aria-label': label }, 'Copy');
  const told = h('span', { class: 'unseen', role: 'status' });
  button.addEventListener('click', () => {
    void copy(text).then((done) => {
      button.textContent = told.textContent = done ? 'Copied' : 'Select it and copy by hand';
      if (!done) getSelection()?.selectAllChildren(code);
    });
  });
  return h('div', { class: 'copyable' }, code, button, told);
}

// Browsers give the clipboard to pages of https and of localhost alone.
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
