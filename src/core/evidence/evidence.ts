/** Why a job is meant to stay, judged over all its members. Names say nothing here: what is open, held and connected does. */
import type { History } from "../history.ts";
import type { Job } from "../job.ts";
import { printable } from "../mask.ts";
import { processKey, type Listener, type ProcessSample } from "../process.ts";
import { who } from "../wording.ts";
import { namesOf } from "../script.ts";
import { isRunner } from "./runners.ts";
import { stillServes } from "./serving.ts";
import type { Connection, Holder, Ties } from "./ties.ts";
import { isOwnService } from "./units.ts";

/** null = cannot be told: what it hangs on could not be, or was not, read. */
export type Answer = boolean | null;

/** With the words that follow "it": "listens on tcp 3000". Only what is true has some. */
export type Found = { readonly is: true; readonly words: string } | { readonly is: false | null };

/** Kinds of evidence, as a rule's match calls them. */
export type EvidenceName =
  | "listening"
  | "connected"
  | "watchesFiles"
  | "servesStdin"
  | "inspected"
  | "terminal"
  | "service";

type Finder = (job: Job, history: History) => Found;

const NO: Found = { is: false };
const UNKNOWN: Found = { is: null };
/** A socket's path is somebody else's choice. */
const yes = (words: string): Found => ({ is: true, words: printable(words) });

export const EVIDENCE: Readonly<Record<EvidenceName, Finder>> = {
  listening: (job, history) => overAMoment("listening", listensNow(job, history), job, history),
  connected: (job, history) => overAMoment("connected", isConnectedNow(job, history), job, history),
  watchesFiles: (job, history) =>
    anyTie(job, history, ({ watchesFiles }) => asFound(watchesFiles, "watches files")),
  servesStdin,
  inspected,
  terminal: ({ root }) => asFound(root.terminal, terminalWords(root)),
  service: ({ root }, history) => serviceOf(tiesOf(root, history)?.service ?? null),
};

/** What was read now, else as remembered; null = never. */
export const tiesOf = (process: ProcessSample, history: History): Ties | null =>
  process.ties ?? history.processes.get(processKey(process.id))?.evidence?.ties ?? null;

/** As above; null also where it could not be read. */
export function listenersOf(process: ProcessSample, history: History): readonly Listener[] | null {
  if (process.listeners !== undefined) return process.listeners;
  return history.processes.get(processKey(process.id))?.evidence?.listeners ?? null;
}

/** The first that says yes; else "cannot be told" where one does not tell. */
function any(found: readonly Found[]): Found {
  return found.find(({ is }) => is === true) ?? (found.some(({ is }) => is === null) ? UNKNOWN : NO);
}

const anyTie = (job: Job, history: History, of: (ties: Ties, member: ProcessSample) => Found): Found =>
  any(
    job.members.map((member) => {
      const ties = tiesOf(member, history);
      return ties === null ? UNKNOWN : of(ties, member);
    }),
  );

const asFound = (is: Answer, words: string): Found => (is === true ? yes(words) : { is });

/** A port that is closed for a moment, a connection that is made anew: it serves for a while yet (serving.ts). */
function overAMoment(name: "listening" | "connected", now: Found, job: Job, history: History): Found {
  if (now.is === true) return now;
  const seen = history.jobs.get(job.id)?.served?.[name] ?? null;
  return seen !== null && stillServes(seen, history.atMs) ? yes(seen.words) : now;
}

export const listensNow: Finder = (job, history) =>
  any(
    job.members.map((member) => {
      const listeners = listenersOf(member, history);
      if (listeners === null) return UNKNOWN;
      const [first] = listeners;
      return first === undefined ? NO : yes(`listens on ${first.protocol} ${first.address}`.trimEnd());
    }),
  );

/** To somebody outside the job: members that talk to each other prove nothing. */
export const isConnectedNow: Finder = (job, history) => {
  const ours = new Set(
    job.members.flatMap((member) => (tiesOf(member, history)?.connections ?? []).map(({ inode }) => inode)),
  );
  return anyTie(job, history, ({ connections }) =>
    connections === null
      ? UNKNOWN
      : any(
          connections
            .filter(({ peerInode }) => peerInode === null || !ours.has(peerInode))
            .map((connection) => outside(connection, job)),
        ),
  );
};

function outside({ peer, holders }: Connection, job: Job): Found {
  if (holders === undefined) return yes(`has a connection to ${peer}`);
  return clientAmong(holders, job, (client) => `has a connection to ${who(client)}`);
}

/** Somebody outside the job who is no mere runner of commands holds the other end. */
function clientAmong(holders: readonly Holder[], job: Job, words: (client: Holder) => string): Found {
  const members = new Set(job.members.map(({ id }) => id.pid));
  const clients = holders.filter((holder) => !members.has(holder.pid) && !isRunner(holder));
  const certain = clients.find(({ isCertain }) => isCertain);
  if (certain !== undefined) return yes(words(certain));
  return clients.length > 0 ? UNKNOWN : NO;
}

function servesStdin(job: Job, history: History): Found {
  const isTold = job.members.some(({ argv }) => argv?.includes("--stdio") ?? false);
  if (isTold) return yes("serves over its standard input (--stdio)");
  const isNamed = isNamedServer(job);
  return anyTie(job, history, ({ input }) => {
    if (input === null) return UNKNOWN;
    if (input.kind !== "held") return NO;
    if (isNamed) return yes("serves over its standard input, as its name says");
    return clientAmong(input.by, job, (client) => `serves ${who(client)} over its standard input`);
  });
}

/** A hint, and no more: of what goes by such a name whoever holds the other end of its input is the client. */
const SERVER_NAME = /(^|[^a-z])(mcp|lsp|language-server|langserver)([^a-z]|$)/;

export const isServerName = (name: string): boolean => SERVER_NAME.test(name);

const isNamedServer = ({ members }: Job): boolean =>
  members.some((member) => namesOf(member).some(isServerName));

const INSPECT = /^--inspect(?:-wait|-brk)?(?:=|$)/;

function inspected(job: Job, history: History): Found {
  const isTold = job.members.some(({ argv }) => argv?.some((word) => INSPECT.test(word)) ?? false);
  if (isTold) return yes("is inspected (--inspect)");
  return anyTie(job, history, ({ inspectedBy }) =>
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
