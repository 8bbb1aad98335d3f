/** Who may import what, and what else every file keeps to. Each check returns its violations as sentences. */
import { withoutComments } from "./imports.ts";
import { HOMES, ROOMS } from "./rooms.ts";
import { cycles, readTree, type SourceFile, targetOf } from "./tree.ts";

/** Decisions: no clock, no I/O. */
const PURE = ["src/core/", "src/alert/decide/", "src/history/chronicle/", "src/history/report/"];
const MOST_LINES = 250;
const MOST_SCRIPT_LINES = 20;
const PLATFORM_READERS = ["src/os/select.ts", "src/os/select-containers.ts", "src/os/select-start.ts"];

/** `src/os/linux/x.ts` → `os`, `scripts/x.ts` → `scripts`. */
const roomOf = (path: string): string =>
  path.startsWith("scripts/") ? "scripts" : (path.split("/")[1] ?? "");

const NEAR_THE_SYSTEM = new Set(["os", "gate"]);

function importViolations(file: SourceFile, tree: ReadonlyMap<string, SourceFile>): readonly string[] {
  const room = roomOf(file.path);
  const rules = ROOMS[room];
  if (rules === undefined) return [`${file.path}: room "${room}" has no import rules`];
  return file.imports.flatMap((each) => {
    const target = targetOf(file.path, each);
    const says = `${file.path} imports ${each.specifier}`;
    if (target === null) {
      const home = HOMES[each.specifier];
      if (home !== undefined && ![home].flat().includes(room))
        return [`${says}: that belongs to src/${[home].flat().join(" and src/")}`];
      return rules !== "everything" && rules.outside === false
        ? [`${says}: ${room} imports nothing from outside`]
        : [];
    }
    // what is built is made of src
    if (!target.startsWith("src/"))
      return target === "package.json" || target.startsWith("dist/") ? [] : [`${says}: outside src`];
    if (!tree.has(target)) return [`${says}: there is no such file`];
    const other = roomOf(target);
    if (/^src\/os\/(?:linux|portable)\//.test(target) && !NEAR_THE_SYSTEM.has(room))
      return [`${says}: only the backend's own files and the gate, which starts in a hurry, name a backend`];
    if (rules === "everything" || other === room || rules.imports.includes(other)) return [];
    if (rules.types?.includes(other) === true)
      return each.typeOnly ? [] : [`${says}: ${room} may import types of ${other} only`];
    return [`${says}: ${room} may not import ${other}`];
  });
}

/** A global of the machine; parameters named `process` have other members. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bBun\.|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.(?:platform|env|pid|argv|cwd|uptime|hrtime|memoryUsage|exit|kill|stdin|stdout|stderr|on)\b/;
/** Of a module, and so between two looks. */
const KEEPS = /^(?:export )?(?:let |const \w+ = (?:memo\b|new WeakMap\b|new (?:Map|Set)(?:<.*>)?\(\)))/m;
const READS_PLATFORM = /\bprocess\.platform\b|\bplatform\(\)/;

function textViolations({ path, text }: SourceFile): readonly string[] {
  const code = withoutComments(text);
  const lines = text.split("\n").length - 1;
  const most = path.startsWith("scripts/") ? MOST_SCRIPT_LINES : MOST_LINES;
  const impure = PURE.some((room) => path.startsWith(room)) ? IMPURE.exec(code)?.[0] : undefined;
  return [
    ...(lines > most ? [`${path} has ${lines} lines, more than ${most}`] : []),
    ...(impure === undefined ? [] : [`${path} uses ${impure}: decisions read no clock and no machine`]),
    ...(path.startsWith("src/core/") && KEEPS.test(code)
      ? [`${path} keeps answers: a core module has no cache, whoever asks keeps what it was told`]
      : []),
    ...(!PLATFORM_READERS.includes(path) && READS_PLATFORM.test(code)
      ? [`${path} reads the platform: only ${PLATFORM_READERS.join(", ")} do`]
      : []),
  ];
}

/** Everything that is wrong with the source tree below `root`. */
export function violations(root: string): readonly string[] {
  const tree = readTree(root);
  const files = [...tree.values()];
  return [
    ...files.flatMap((file) => importViolations(file, tree)),
    ...files.flatMap(textViolations),
    ...cycles(tree).map((cycle) => `cycle: ${cycle}`),
  ];
}
