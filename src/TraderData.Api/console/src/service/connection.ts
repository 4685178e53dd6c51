// Whether the service answers. When it does not, it is asked for a sign of life, ever less often, until it gives one.

type Listener = (lost: boolean) => void;

const waitsMs = [1_000, 2_000, 4_000, 8_000, 15_000];
const listeners = new Set<Listener>();
let lost = false;
let timer = 0;
let tries = 0;

export function isLost(): boolean {
  return lost;
}

export function onConnection(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function lose(): void {
  if (lost) return;
  [lost, tries] = [true, 0];
  tell();
  plan();
}

export function find(): void {
  if (!lost) return;
  clearTimeout(timer);
  lost = false;
  tell();
}

/** Asks at once, for who does not want to wait. */
export function askNow(): void {
  clearTimeout(timer);
  void ask();
}

async function ask(): Promise<void> {
  try {
    const answer = await fetch('health', { cache: 'no-store' });
    if (answer.ok) {
      find();
      return;
    }
  } catch {
    // Still away.
  }

  plan();
}

function plan(): void {
  const wait = waitsMs[Math.min(tries++, waitsMs.length - 1)] as number;
  clearTimeout(timer);
  timer = window.setTimeout(() => void ask(), wait);
}

function tell(): void {
  for (const listener of [...listeners]) listener(lost);
}
