/**
 * Records what this account's watchdogs have stopped right now: small files of each watchdog's own, so that two of them (two
 * projects) never overwrite each other's lines. A file whose writer is dead is what a later start has to thaw.
 *
 * Each state is written whole beside the one before and takes its place by its name: there is always one that can be read,
 * for a moment two. Where room was reserved, both were there before: then no full disk keeps a process from being frozen.
 */
import { entriesAt } from "../trust/small-files.ts";
import { isRecord, parsedJson } from "../text/json.ts";
import { orElse } from "../text/system-error.ts";
import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isGone, processKey, type ProcessId } from "../core/process/process.ts";
import { readBelieved } from "../trust/open.ts";
import type { FrozenRecord } from "../ports/frozen-record.ts";
import type { ProcessControl } from "../ports/control.ts";

interface Content {
  /** Start ticks count from boot: entries of another boot mean nothing. */
  readonly boot: string;
  readonly writer: ProcessId;
  readonly entries: readonly ProcessId[];
}

const NAME = /^frozen-\d+-\d+(?:-\d)?\.json$/;
const SPARE = /^frozen-(?<pid>\d+)-(?<startTicks>\d+)-\d\.spare$/;
/** For the processes that there are descriptors for; what is more has to find room on the disk. */
const ROOM_BYTES = 32 * 1_024;

/**
 * `entries()` gives what dead writers left, and nothing of a living one: it thaws its own. What cannot be read as
 * a record is skipped. `add` and `remove` throw what writing a file throws.
 */
export const openFrozenRecord = (
  directory: string,
  control: Pick<ProcessControl, "identify" | "pin" | "bootId">,
): FrozenRecord => {
  const { bootId: boot } = control;
  const writer = control.identify(process.pid);
  if (writer === null) throw new Error(`This process (pid ${process.pid}) is in no list of processes.`);
  const mine = join(directory, `frozen-${writer.pid}-${writer.startTicks}`);
  const files = [0, 1].map((at) => ({ own: `${mine}-${at}.json`, spare: `${mine}-${at}.spare` }));
  const held = new Map<string, ProcessId>();
  let isReserved = false;

  const create = (spare: string, bytes: Uint8Array): void => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(spare, bytes, { mode: 0o600 });
  };
  const write = (spare: string): void => {
    const content: Content = { boot, writer, entries: [...held.values()] };
    const bytes = Buffer.from(JSON.stringify(content).padEnd(isReserved ? ROOM_BYTES : 0));
    if (isReserved && existsSync(spare)) {
      // in the blocks that it has
      writeFileSync(spare, bytes, { flag: "r+" });
      return truncateSync(spare, bytes.length);
    }
    create(spare, bytes);
  };
  const giveUp = ({ own, spare }: { readonly own: string; readonly spare: string }): void => {
    if (isReserved && existsSync(own)) renameSync(own, spare);
    else rmSync(own, { force: true });
  };
  const save = (): void => {
    const [before, next] = existsSync(files[0]!.own) ? files : files.toReversed();
    if (held.size > 0) {
      write(next!.spare);
      renameSync(next!.spare, next!.own);
    }
    giveUp(before!);
  };
  const isDead = (other: ProcessId): boolean => processKey(other) !== processKey(writer) && !isAlive(other);
  /** One that nobody reaps (a container without an init) keeps its pid, and thaws nobody. */
  const isAlive = ({ pid, startTicks }: ProcessId): boolean => {
    if (control.identify(pid)?.startTicks !== startTicks) return false;
    const pin = control.pin({ pid, startTicks, exe: null });
    if (typeof pin === "string") return false;
    using writing = pin;
    const status = writing.status();
    return status !== null && !isGone(status);
  };
  const abandoned = (): { path: string; content: Content | null }[] =>
    namesIn(directory)
      .filter((name) => NAME.test(name))
      .map((name) => join(directory, name))
      .map((path) => ({ path, content: parseRecord(orElse("", () => readBelieved(path), ...ABSENT)) }))
      .filter(({ content }) => content === null || isDead(content.writer));

  const dropSpares = (isMeant: (writer: ProcessId) => boolean): void => {
    for (const each of namesIn(directory)) {
      const { pid, startTicks } = SPARE.exec(each)?.groups ?? {};
      if (pid !== undefined && isMeant({ pid: Number(pid), startTicks: Number(startTicks), exe: null }))
        rmSync(join(directory, each), { force: true });
    }
  };

  return {
    reserve: () => {
      dropSpares(isDead);
      isReserved = true;
      for (const { spare } of files) create(spare, Buffer.alloc(ROOM_BYTES, " "));
      return {
        [Symbol.dispose]: () => {
          isReserved = false;
          dropSpares((other) => processKey(other) === processKey(writer));
        },
      };
    },
    add: (ids) => {
      for (const id of ids) held.set(processKey(id), id);
      save();
    },
    remove: (ids) => {
      const gone = new Set(ids.map(processKey));
      for (const key of gone) held.delete(key);
      save();
      for (const { path, content } of abandoned()) {
        const leftOver = content?.boot === boot && content.entries.some((id) => !gone.has(processKey(id)));
        if (!leftOver) rmSync(path, { force: true });
      }
    },
    entries: () => abandoned().flatMap(({ content }) => (content?.boot === boot ? content.entries : [])),
  };
};

/** null for anything that is not such a record: truncated, of another version, written by somebody else. */
export const parseRecord = (text: string): Content | null => {
  const value = parsedJson(text);
  if (!isRecord(value) || typeof value["boot"] !== "string" || !isId(value["writer"])) return null;
  const { boot, writer, entries } = value;
  return Array.isArray(entries) ? { boot, writer, entries: entries.filter(isId) } : null;
};

const isId = (value: unknown): value is ProcessId =>
  isRecord(value) &&
  Number.isSafeInteger(value["pid"]) &&
  Number(value["pid"]) > 1 &&
  Number.isSafeInteger(value["startTicks"]) &&
  (value["exe"] === null || typeof value["exe"] === "string");

const ABSENT = ["ENOENT", "EACCES", "EUNTRUSTED"] as const;

const namesIn = (directory: string): readonly string[] => entriesAt(directory, ...ABSENT) ?? [];
