/** `bun run test/support/architecture/lint.ts` writes the import rules into .oxlintrc.json. A test compares the two. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Room, ROOMS } from "./rooms.ts";

const PATH = resolve(import.meta.dir, "../../../.oxlintrc.json");

interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, unknown>>;
}
const isImportRule = ({ rules }: Override): boolean => "no-restricted-imports" in rules;

/** lint sees an import as it is written, `../../os/linux/pin.ts`: a folder inside a room may not bear the name of another room. */
const pathsInto = (room: string): string => `**/${room}/**`;

const filesOf = (room: string): string => (room === "scripts" ? "scripts/**" : `src/${room}/**`);

function overrideOf(name: string, room: Room): Override {
  const types = room.types ?? [];
  const others = Object.keys(ROOMS).filter(
    (other) => ![name, "scripts", ...room.imports, ...types].includes(other),
  );
  const message = `${name} imports ${[...room.imports, ...types.map((each) => `types of ${each}`)].join(", ") || "nothing else"}`;
  const patterns = [
    { group: others.map(pathsInto), message },
    ...(types.length === 0 ? [] : [{ group: types.map(pathsInto), allowTypeImports: true, message }]),
    ...(room.outside === false ? [{ group: ["node:*", "bun", "bun:*"], message }] : []),
  ];
  return {
    files: [filesOf(name)],
    rules: { "no-restricted-imports": ["error", { patterns }] },
  };
}

/** The text of .oxlintrc.json as the table wants it. */
export function lintFile(): string {
  const file: { readonly overrides: readonly Override[] } = JSON.parse(readFileSync(PATH, "utf8"));
  const rules = Object.entries(ROOMS).flatMap(([name, room]) =>
    room === "everything" ? [] : [overrideOf(name, room)],
  );
  const overrides = [...file.overrides.filter((each) => !isImportRule(each)), ...rules];
  return `${JSON.stringify({ ...file, overrides }, null, 2)}\n`;
}

if (import.meta.main) await Bun.write(PATH, lintFile());
