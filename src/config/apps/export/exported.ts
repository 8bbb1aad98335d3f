/** An export gives files as text, and says what could not be carried over. Nothing is written here. */

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

export interface Exported {
  readonly files: readonly ExportedFile[];
  /** Sentences for people: what the other tool does differently, and what to do about it. */
  readonly notes: readonly string[];
}

/** If the same is to be said about several apps, it is one sentence. */
export class Notes {
  readonly #apps = new Map<string, string[]>();

  add(app: string, note: string): void {
    const apps = this.#apps.get(note);
    if (apps === undefined) this.#apps.set(note, [app]);
    else if (!apps.includes(app)) apps.push(app);
  }

  list(): readonly string[] {
    return [...this.#apps].map(([note, apps]) => `${apps.join(", ")}: ${note}`);
  }
}

/**
 * Makes a name for a file, a service or an object, each of them once: a character that is not allowed becomes
 * a dash.
 */
export function namer(longest: number, lower: boolean): (name: string) => string {
  const taken = new Map<string, string>();
  return (name) => {
    const known = taken.get(name);
    if (known !== undefined) return known;
    const plain = (lower ? name.toLowerCase() : name)
      .replace(lower ? /[^a-z0-9]+/gu : /[^\w.]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/gu, "");
    const base = (plain === "" ? "app" : plain).slice(0, longest - 4).replace(/[-.]+$/u, "");
    let free = base;
    for (let next = 2; [...taken.values()].includes(free); next++) free = `${base}-${next}`;
    taken.set(name, free);
    return free;
  };
}
