/** Why a job is meant to stay, judged over all its members. Names say nothing here: what is open, held and connected does. */
import type { History } from "../history.ts";
import type { Job } from "../../process/job.ts";
import { printable } from "../../../text/mask.ts";
import type { Kind, ProcessSample } from "../../process/process.ts";
import { who } from "../../../text/wording.ts";
import { namesOf } from "../../process/script.ts";
import { apartFrom } from "../../process/work.ts";
import { readingOf, readingsOf, toldToInspect, type EvidenceReading } from "./readings.ts";
import { isRunner, isOwnService } from "./runners.ts";
import { stillServes } from "./serving.ts";
import type { Connection, EndHolder, Ties } from "../../process/ties.ts";

/** null = cannot be told: what it hangs on could not be, or was not, read. */
export type Answer = boolean | null;

/** With the words that follow "it": "listens on tcp 3000". Only what is true has some. */
type Found = { readonly is: true; readonly words: string } | { readonly is: false | null };

/** Kinds of evidence, as a rule's match calls them, in the order in which its words are looked for. */
export const EVIDENCE_NAMES = [
  "listening",
  "connected",
  "watchesFiles",
  "servesStdin",
  "inspected",
  "terminal",
  "service",
] as const;
export type EvidenceName = (typeof EVIDENCE_NAMES)[number];

type Finder = (job: Job, readings: readonly EvidenceReading[], history: History) => Found;

const NO: Found = { is: false };
const UNKNOWN: Found = { is: null };
/** A socket's path is somebody else's choice. */
const yes = (words: string): Found => ({ is: true, words: printable(words) });

const EVIDENCE: Readonly<Record<EvidenceName, Finder>> = {
  listening: (job, readings, history) => overAMoment("listening", listensNow(readings), job, history),
  connected: (job, readings, history) =>
    overAMoment("connected", isConnectedNow(job, readings), job, history),
  watchesFiles: (_, readings) =>
    anyTie(readings, ({ watchesFiles }) => asFound(watchesFiles, "watches files")),
  servesStdin,
  inspected,
  terminal: ({ root }) => asFound(root.terminal, terminalWords(root)),
  service: ({ root }, _, history) => serviceOf(readingOf(root, history).ties?.service ?? null),
};

/** A job that rules are asked about, for each limit and then for the words: what was found once is not looked for again. */
export class AskedJob {
  readonly job: Job;
  readonly history: History;
  #readings: readonly EvidenceReading[] | null = null;
  readonly #found: Partial<Record<EvidenceName, Found>> = {};
  #apart: Map<readonly Kind[], AskedJob | null> | null = null;

  constructor(job: Job, history: History) {
    this.job = job;
    this.history = history;
  }

  evidence(name: EvidenceName): Found {
    const { job, history } = this;
    this.#readings ??= readingsOf(job, history);
    return (this.#found[name] ??= EVIDENCE[name](job, this.#readings, history));
  }

  /** null = it is nothing else than members of these kinds. */
  apartFrom(kinds: readonly Kind[]): AskedJob | null {
    const before = this.#apart?.get(kinds);
    if (before !== undefined) return before;
    const apart = apartFrom(this.job, kinds);
    if (apart === this.job) return this;
    const asked = apart && new AskedJob(apart, this.history);
    (this.#apart ??= new Map()).set(kinds, asked);
    return asked;
  }
}

/** The first that says yes; else "cannot be told" where one does not tell. */
function any(found: readonly Found[]): Found {
  return found.find(({ is }) => is === true) ?? (found.some(({ is }) => is === null) ? UNKNOWN : NO);
}

function anyTie(readings: readonly EvidenceReading[], of: (ties: Ties) => Found): Found {
  let found: Found = NO;
  for (const { ties } of readings) {
    const answer = ties === null ? UNKNOWN : of(ties);
    if (answer.is === true) return answer;
    if (answer.is === null) found = UNKNOWN;
  }
  return found;
}

const asFound = (is: Answer, words: string): Found => (is === true ? yes(words) : { is });

/** A port that is closed for a moment, a connection that is made anew: it serves for a while yet (serving.ts). */
function overAMoment(name: "listening" | "connected", now: Found, job: Job, history: History): Found {
  if (now.is === true) return now;
  const seen = history.jobs.get(job.id)?.served?.[name] ?? null;
  return seen !== null && stillServes(seen, history.atMs) ? yes(seen.words) : now;
}

export function listensNow(readings: readonly EvidenceReading[]): Found {
  let found: Found = NO;
  for (const { listeners } of readings) {
    const [first] = listeners ?? [];
    if (first !== undefined) return yes(`listens on ${first.protocol} ${first.address}`.trimEnd());
    if (listeners === null) found = UNKNOWN;
  }
  return found;
}

/** To somebody outside the job: members that talk to each other prove nothing. */
export function isConnectedNow(job: Job, readings: readonly EvidenceReading[]): Found {
  let known: ReadonlySet<number> | null = null;
  return anyTie(readings, ({ connections }) => {
    if (connections === null) return UNKNOWN;
    if (connections.length === 0) return NO;
    const ours = (known ??= inodesOf(readings));
    const others = connections.filter(({ peerInode }) => peerInode === null || !ours.has(peerInode));
    return any(others.map((connection) => outside(connection, job)));
  });
}

const inodesOf = (readings: readonly EvidenceReading[]): ReadonlySet<number> =>
  new Set(readings.flatMap(({ ties }) => (ties?.connections ?? []).map(({ inode }) => inode)));

function outside({ peer, holders }: Connection, job: Job): Found {
  if (holders === undefined) return yes(`has a connection to ${peer}`);
  return clientAmong(holders, job, (client) => `has a connection to ${who(client)}`);
}

/** Somebody outside the job who is no mere runner of commands holds the other end. */
function clientAmong(holders: readonly EndHolder[], job: Job, words: (client: EndHolder) => string): Found {
  const members = new Set(job.members.map(({ id }) => id.pid));
  const clients = holders.filter((holder) => !members.has(holder.pid) && !isRunner(holder));
  const certain = clients.find(({ isCertain }) => isCertain);
  if (certain !== undefined) return yes(words(certain));
  return clients.length > 0 ? UNKNOWN : NO;
}

function servesStdin(job: Job, readings: readonly EvidenceReading[]): Found {
  const isTold = job.members.some(({ argv }) => argv?.includes("--stdio"));
  if (isTold) return yes("serves over its standard input (--stdio)");
  return anyTie(readings, ({ input }) => {
    if (input === null) return UNKNOWN;
    if (input.kind !== "held") return NO;
    if (isNamedServer(job)) return yes("serves over its standard input, as its name says");
    return clientAmong(input.by, job, (client) => `serves ${who(client)} over its standard input`);
  });
}

/** A hint, and no more: of what goes by such a name whoever holds the other end of its input is the client. */
const SERVER_NAME = /(^|[^a-z])(mcp|lsp|language-server|langserver)([^a-z]|$)/;

export const isServerName = (name: string): boolean => SERVER_NAME.test(name);

const isNamedServer = ({ members }: Job): boolean =>
  members.some((member) => namesOf(member).some(isServerName));

function inspected(job: Job, readings: readonly EvidenceReading[]): Found {
  const isTold = job.members.some(({ argv }) => argv !== null && toldToInspect(argv));
  if (isTold) return yes("is inspected (--inspect)");
  return anyTie(readings, ({ inspectedBy }) =>
    inspectedBy === null ? UNKNOWN : inspectedBy === "" ? NO : yes(inspectedBy),
  );
}

function terminalWords({ foreground, state }: ProcessSample): string {
  if (foreground === true) return "is in the foreground of a terminal";
  return state === "stopped" ? "was put aside in a terminal" : "belongs to a terminal that is still there";
}

function serviceOf(unit: string | null): Found {
  if (unit === null) return UNKNOWN;
  return isOwnService(unit) ? yes(`is part of ${unit}`) : NO;
}
