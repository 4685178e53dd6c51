import { get } from './api';
import type { Data, HeldSymbol } from './shapes';

let held: HeldSymbol[] | null = null;

/** What is held; what was answered last is given at once where that will do. */
export async function holdings(fresh: boolean): Promise<HeldSymbol[]> {
  if (held === null || fresh) held = (await get<Data<HeldSymbol[]>>('api/data/symbols')).data;
  return held;
}

export function forgetHoldings(): void {
  held = null;
}
