/** What `/api/events` tells of: the whole at first, then what changes. Each is followed once, and only while a page looks. */

export interface Source {
  /** The name of the event that carries the whole: `status`, `apps`. */
  readonly name: string;
  /** Begins to follow. */
  open(publish: Publish): OpenSource;
}

/** Is called with each change as JSON, under an event's name of its own (`status-change`). */
export type Publish = (event: string, json: string) => void;

export interface OpenSource extends AsyncDisposable {
  /** The whole as it is now, as JSON, for a page that begins. */
  whole(): Promise<string>;
}
