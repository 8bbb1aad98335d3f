/**
 * A service of ours may be asked this over its socket: one table serves both ends, which are this same
 * program.
 */
import type { Batch, Cursor, Feed } from "./feed.ts";

/** A question and its answer. Both travel as JSON, so only their types are here. */
interface QuestionRoute<Parameters extends readonly unknown[], Answer> {
  readonly kind: "ask";
  readonly types?: (...parameters: Parameters) => Answer;
}

/** A stream: what is there now, then every change. */
interface StreamRoute<Parameters extends readonly unknown[], Snapshot, Change> {
  readonly kind: "follow";
  readonly types?: (...parameters: Parameters) => readonly [Snapshot, Change];
}

export const ask = <Parameters extends readonly unknown[], Answer>(): QuestionRoute<Parameters, Answer> => ({
  kind: "ask",
});

export const follow = <Parameters extends readonly unknown[], Snapshot, Change>(): StreamRoute<
  Parameters,
  Snapshot,
  Change
> => ({ kind: "follow" });

/** The routes by name; `about` and `stop` belong to every service, and are not among them. */
export type Routes = Readonly<Record<string, { readonly kind: "ask" | "follow" }>>;

/** This says who answers. Every service adds what its callers have to know. */
export interface About {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  /** Root of the project that it was started in, links resolved. */
  readonly project: string;
  readonly sinceMs: number;
}

export interface Protocol<R extends Routes, A extends About> {
  /** The service's name in messages: "monitor". */
  readonly title: string;
  /** Changes when a message changes its shape. */
  readonly version: number;
  /** The command that replaces a service of another version. */
  readonly restart: string;
  readonly routes: R;
  /** The longest question, in bytes; 64 KB where none is given. What is larger is refused, and never held. */
  readonly mostBodyBytes?: number;
  readonly types?: A;
}

/** A follower is given the changes, and the snapshot that they begin with. */
export interface Followed<Snapshot, Change> {
  readonly feed: Feed<Change>;
  readonly snapshot: () => Snapshot | Promise<Snapshot>;
}

export type Answers<R extends Routes> = {
  readonly [Name in keyof R]: R[Name] extends QuestionRoute<infer Parameters, infer Answer>
    ? (...parameters: Parameters) => Promise<Answer>
    : R[Name] extends StreamRoute<infer Parameters, infer Snapshot, infer Change>
      ? (...parameters: Parameters) => Followed<Snapshot, Change>
      : never;
};

/** The asking side gets these functions. A stream ends with the service, and when `signal` says so. */
export type Questions<R extends Routes> = {
  readonly [Name in keyof R]: R[Name] extends QuestionRoute<infer Parameters, infer Answer>
    ? (...parameters: Parameters) => Promise<Answer>
    : R[Name] extends StreamRoute<infer Parameters, infer Snapshot, infer Change>
      ? (signal: AbortSignal, ...parameters: Parameters) => AsyncGenerator<Batch<Snapshot, Change>, void>
      : never;
};

export interface Asked {
  readonly parameters: readonly unknown[];
  /** A stream's reader is at this place; null = at the beginning. */
  readonly cursor?: Cursor | null;
}
