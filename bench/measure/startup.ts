/** What each command takes: as it is installed, from its sources, and beside a Bun that does nothing. */
import { join } from "node:path";
import { PROGRAMS } from "../../build/programs.ts";
import { repository, scratchProject } from "../../test/support/launch.ts";
import { OWN_FLAGS } from "../../src/trust/own-bun.ts";
import { atMost, type Measurement, type Section } from "../section.ts";
import { install, type Place, type Start } from "../support/gate-ways.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, times } from "../support/units.ts";

interface Command {
  readonly program: string;
  readonly words: readonly string[];
}

const COMMANDS: readonly Command[] = [
  ["fix-runaway-bun", "--version"],
  ["fix-runaway-bun", "--help"],
  ["fix-runaway-bun", "status", "--json"],
  ["fix-runaway-bun", "cleanup", "--dry-run"],
  ["fix-runaway-bun", "cleanup", "--hook"],
  ["fix-runaway-bun", "setup", "--dry-run"],
  ["fix-runaway-bun", "config", "check"],
  ["fix-runaway-bun", "maintenance", "status"],
  ["fix-runaway-bun", "monitor", "--once"],
  ["bun-wrapper", "-e", "1"],
  ["bunctl", "list"],
  ["bun-isolate", "--version"],
  ["benchmark-runner", "--help"],
].map(([program = "", ...words]) => ({ program, words }));

const NAMES: Readonly<Record<string, string>> = { "fix-runaway-bun": "bun-watchdog" };
const nameOf = ({ program, words }: Command): string => [NAMES[program] ?? program, ...words].join(" ");

const HOOK_MS = 100;
/** Added to a commit on a quiet machine. */
const HOOK = COMMANDS.find(({ words }) => words.includes("--hook"));

const WAYS = ["bare", "sources", "built", "launcher"] as const;
type Way = (typeof WAYS)[number];

/** A program as it is where nobody has built it. */
function writeSource(program: string, into: string): Promise<number> {
  const { entry = "", main = "" } = PROGRAMS[program] ?? {};
  const text = `import { ${main} } from ${JSON.stringify(join(repository, entry))};
void ${main}(process.argv.slice(2)).then((code) => process.exit(code));\n`;
  return Bun.write(join(into, `${program}.ts`), text);
}

function argvOf(way: Way, command: Command, installed: string): readonly string[] {
  const bun = [process.execPath, ...OWN_FLAGS];
  switch (way) {
    case "bare":
      return [...bun, "-e", ""];
    case "sources":
      return [...bun, join(installed, `${command.program}.ts`), ...command.words];
    case "built":
      return [...bun, join(installed, `dist/${command.program}.js`), ...command.words];
    case "launcher":
      return [join(installed, "bin", command.program), ...command.words];
  }
}

async function run(way: Way, command: Command, installed: string, place: Place): Promise<Start> {
  const argv = argvOf(way, command, installed);
  const startedMs = performance.now();
  const child = Bun.spawn([...argv], { ...place, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [code, said] = await Promise.all([child.exited, child.stderr.text()]);
  const wallMs = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${nameOf(command)} (${way}) ended with ${code}: ${said.trim()}`);
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? NaN) / 1_000 };
}

type Found = ReadonlyMap<Command, Readonly<Record<Way, readonly Start[]>>>;

const cpu = (starts: readonly Start[]): readonly number[] => starts.map(({ cpuMs }) => cpuMs);

function section(found: Found): Section {
  const rows = [...found].map(([command, starts]) => {
    const [bare, sources, built, launcher] = WAYS.map((way) => median(cpu(starts[way])));
    return [
      nameOf(command),
      digits(bare ?? NaN),
      withRange(cpu(starts.sources), digits),
      withRange(cpu(starts.built), digits),
      digits(launcher ?? NaN),
      times((sources ?? NaN) / (built ?? NaN)),
      times((built ?? NaN) / (bare ?? NaN)),
    ];
  });
  const hook = HOOK === undefined ? undefined : found.get(HOOK);
  const walls = (hook?.launcher ?? []).map(({ wallMs }) => wallMs);
  const rounds = walls.length;
  return {
    title: "Start-ups",
    tables: [
      {
        caption: "CPU time from the start of the process to its end, in ms",
        columns: [
          "command",
          "bare Bun",
          "sources",
          "built",
          "by its launcher",
          "sources ÷ built",
          "built ÷ bare",
        ],
        rows,
        notes: [
          `Median (least–most) of ${rounds} interleaved runs, warm disk cache. "built" is dist/<program>.js with its bytecode, as it is installed; the launcher of bin finds a Bun before that.`,
          "What a command does is in all of them: status looks at all processes twice, setup asks git six times, and bun-wrapper starts a Bun.",
        ],
      },
    ],
    bars: [
      atMost(
        "Added to a commit while no other Bun of the project runs",
        HOOK_MS,
        median(walls),
        (ms) => `${digits(ms)} ms`,
      ),
    ],
  };
}

export const startup: Measurement = async ({ smoke, progress }) => {
  using project = scratchProject({});
  using scratch = scratchDirectory();
  const installed = install(scratch.path);
  const place: Place = { cwd: project.directory, env: { ...process.env, ...project.env } };
  await Bun.write(join(project.directory, "package.json"), '{ "name": "shop" }\n');
  for (const { program } of COMMANDS) await writeSource(program, installed);
  const rounds = smoke ? 1 : 7;
  const found = new Map<Command, Record<Way, Start[]>>();
  for (const command of smoke ? COMMANDS.slice(0, 5) : COMMANDS) {
    progress(nameOf(command));
    const starts: Record<Way, Start[]> = { bare: [], sources: [], built: [], launcher: [] };
    for (let round = smoke ? 0 : -1; round < rounds; round++)
      for (const way of WAYS) {
        const start = await run(way, command, installed, place);
        // the first round fills caches
        if (round >= 0) starts[way].push(start);
      }
    found.set(command, starts);
  }
  return section(found);
};
