import { Fault } from '../service/api';
import { isLost } from '../service/connection';

/** Asks again and again while the page is looked at; stops where the service refuses, until it is started anew. */
export class Poll {
  private timer = 0;
  private isEnded = false;
  private turn = 0;

  /** `ask` answers how many ms to wait before the next time. */
  constructor(private readonly ask: () => Promise<number>, private readonly onError: (error: unknown) => void) {
    document.addEventListener('visibilitychange', this.look);
  }

  /** Asks at once. */
  start(): void {
    clearTimeout(this.timer);
    void this.once(++this.turn);
  }

  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.look);
  }

  private readonly look = (): void => {
    if (!document.hidden) this.start();
  };

  private async once(turn: number): Promise<void> {
    let wait = 5_000;
    try {
      if (!isLost()) wait = await this.ask();
    } catch (error) {
      if (this.isEnded) return;
      this.onError(error);
      if (error instanceof Fault && error.status < 500 && error.status !== 429) return;
    }

    if (!this.isEnded && !document.hidden && turn === this.turn) this.timer = window.setTimeout(() => void this.once(++this.turn), wait);
  }
}
