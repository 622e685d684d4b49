/** Values by number that can be had anew: those that were not used for longest go when there are too many. */
export class LimitedMap<T> {
  private readonly values = new Map<number, { value: T; bytes: number }>();
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  get(key: number, make: () => { value: T; bytes: number }): T {
    const found = this.values.get(key);
    if (found) {
      this.values.delete(key);
      this.values.set(key, found);
      return found.value;
    }
    const made = make();
    this.values.set(key, made);
    this.bytes += made.bytes;
    for (const oldest of this.values.keys()) {
      if (this.bytes <= this.limitBytes || oldest === key) break;
      this.delete(oldest);
    }
    return made.value;
  }

  delete(key: number): void {
    this.bytes -= this.values.get(key)?.bytes ?? 0;
    this.values.delete(key);
  }

  clear(): void {
    this.values.clear();
    this.bytes = 0;
  }
}
