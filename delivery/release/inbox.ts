import type { ReleaseEvent } from "./event.ts";

/** Events in the order of their arrival, for one reader. */
export class Inbox {
  readonly #events: ReleaseEvent[] = [];
  #waiting: { resolve: (event: ReleaseEvent) => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  put(event: ReleaseEvent): void {
    const reader = this.#waiting;
    this.#waiting = undefined;
    if (reader) reader.resolve(event);
    else this.#events.push(event);
  }

  /** No event is read any more: the reader gets this error instead. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  next(): Promise<ReleaseEvent> {
    if (this.#failure) return Promise.reject(this.#failure);
    const event = this.#events.shift();
    if (event) return Promise.resolve(event);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
