/** The colours of the style sheet, as the chart wants them. */
export interface Colors {
  text: string; line: string; back: string; up: string; down: string; soft: string; restated: string; focus: string;
  cause: (name: string) => string;
}

export function colorsOf(element: Element): Colors {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: value('dim'), line: value('line'), back: value('card'), up: value('up'), down: value('down'), soft: value('soft'), restated: value('restated'), focus: value('accent'),
    cause: (name) => value(`cause-${name.replaceAll('_', '-')}`),
  };
}
