export type Stop = () => void;

/** One value that others can follow. Listeners are told after it has changed, never at once. */
export class Cell<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  /** Bound, so that both can be handed on as they are. */
  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): Stop => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}
