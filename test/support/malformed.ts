/** Random configurations that are wrong, each in one known way. Deterministic by seed; written into an empty project. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KINDS_OF_TEXT, type WrongText } from "./malformed-text.ts";
import type { Random } from "./random.ts";

export interface Malformed {
  /** For the test's message: `12 wrong-type in .kiro`. */
  readonly label: string;
  /** The file the complaint has to name, relative to the project. */
  readonly file: string;
  /** Must be the key of some problem; null where no key is concerned. */
  readonly key: string | null;
  /** Must a line be named? Not for what is no text. */
  readonly hasLine: boolean;
  readonly needsRoot: boolean;
  /** Makes the files below an existing, empty directory. */
  write(project: string): void;
}

const KIRO = ".kiro/bun-process-config.json";

/** What is no regular, trustworthy file. FIFO by mkfifo(1): Bun has no call for it. */
const KINDS_OF_FILE: Readonly<Record<string, (path: string, random: Random) => void>> = {
  "symlink-loop": (path) => symlinkSync(path, path),
  "symlink-pair": (path) => {
    symlinkSync(`${path}.other`, path);
    symlinkSync(path, `${path}.other`);
  },
  "dangling-symlink": (path) => symlinkSync("nowhere", path),
  directory: (path) => mkdirSync(path),
  fifo: (path) => {
    const { exitCode } = Bun.spawnSync(["mkfifo", path]);
    if (exitCode !== 0) throw new Error(`mkfifo ${path} ended with ${exitCode}`);
  },
  device: (path, random) => symlinkSync(random.pick(["/dev/zero", "/dev/tty", "/dev/null"]), path),
  "world-writable": (path) => {
    writeFileSync(path, "{}");
    chmodSync(path, 0o666);
  },
  "world-writable-directory": (path) => {
    writeFileSync(path, "{}");
    chmodSync(dirname(path), 0o777);
  },
  huge: (path, random) =>
    writeFileSync(path, `{"$schema": "${"x".repeat(random.whole(1_048_577, 1_200_000))}"}`),
};

/** Of these only root is refused. */
const NEEDS_ROOT: ReadonlySet<string> = new Set(["world-writable", "world-writable-directory"]);

const TEXTS = Object.keys(KINDS_OF_TEXT);
const FILES = Object.keys(KINDS_OF_FILE);

/** So many in a row are one of each kind. */
export const KIND_COUNT = TEXTS.length + FILES.length;

/** The `index`-th malformed configuration: every kind comes again after as many as there are. */
export function malformed(index: number, random: Random): Malformed {
  const kind = [...TEXTS, ...FILES][index % KIND_COUNT] ?? "";
  const label = `${index} ${kind}`;
  const makeText = KINDS_OF_TEXT[kind];
  if (makeText !== undefined) return fromText(label, makeText(random));
  const makeFile = KINDS_OF_FILE[kind];
  if (makeFile === undefined) throw new Error(`no such kind: ${kind}`);
  const write = (project: string): void => makeFile(prepare(project, KIRO), random);
  return { label, file: KIRO, key: null, hasLine: false, needsRoot: NEEDS_ROOT.has(kind), write };
}

const fromText = (label: string, { bytes, file = KIRO, key }: WrongText): Malformed => ({
  label,
  file,
  key: key ?? null,
  hasLine: true,
  needsRoot: false,
  write: (project) => writeFileSync(prepare(project, file), bytes),
});

function prepare(project: string, file: string): string {
  const path = join(project, file);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  return path;
}
