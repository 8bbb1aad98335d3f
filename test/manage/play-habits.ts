/**
 * Plays habits: their lines, one after the other, as a script of a person would. As a program, inside a namespace:
 * `play-habits.ts <brand> <title>…` prints a line of JSON for each: its title, and what was not as it is written.
 */
import { requireNamespace, runInNamespace } from "../support/namespace.ts";
import { repository } from "../support/launch.ts";
import { processManager, type Brand, type ProcessManager } from "../support/process-manager.ts";
import { HABITS } from "./habits.ts";
import type { Habit } from "./habits/habit.ts";

const FIXTURES = `${import.meta.dir}/../fixtures/habits`;
/** Bounds a line that is not as it is written; forty others may be at work. */
const LIMIT_MS = 20_000;
/** They wait for processes most of their time. */
const LANES = 3;

/** What was not as it is written, by title; each lane is an account's only one: it has one manager. */
export async function playAll(brand: Brand, habits = HABITS): Promise<ReadonlyMap<string, string | null>> {
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const titles = habits.filter((__, index) => index % LANES === lane).map(({ title }) => title);
    const argv = [process.execPath, import.meta.path, brand, ...titles];
    const { stdout, stderr } = await runInNamespace(argv, { cwd: repository, limitMs: 600_000 });
    const told: (readonly [string, string | null])[] = stdout
      .split("\n")
      .flatMap((line) => (line.startsWith("[") ? [JSON.parse(line)] : []));
    const found = new Map(told);
    return titles.map((title) => [title, found.has(title) ? (found.get(title) ?? null) : stderr] as const);
  });
  return new Map((await Promise.all(lanes)).flat());
}

/** null, or the line that was not as it is written, with what was there instead. */
async function playHabit({ lines, ours }: Habit, brand: Brand): Promise<string | null> {
  await using manager = processManager(brand, FIXTURES);
  const own = brand === "bunctl" ? (ours?.lines ?? lines) : lines;
  for (const line of own.split("\n").map((each) => each.trim())) {
    const problem = line === "" ? null : await play(line, manager);
    if (problem !== null) return `${line}\n${problem}`;
  }
  return null;
}

async function play(line: string, manager: ProcessManager): Promise<string | null> {
  const { count, text = "" } = /^counts (?<count>\d+) (?<text>.+)$/u.exec(line)?.groups ?? {};
  if (count !== undefined) return waited(() => counted(text, Number(count), manager));
  const condition = /^until (?<condition>.+)$/u.exec(line)?.groups?.["condition"];
  if (condition !== undefined) return waited(() => ended(condition, manager));
  return ended(line, manager);
}

async function waited(look: () => Promise<string | null>): Promise<string | null> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const problem = await look();
    if (problem === null || performance.now() > deadline) return problem;
    await Bun.sleep(30);
  }
}

async function ended(line: string, { shell }: ProcessManager): Promise<string | null> {
  const { exitCode, stdout, stderr } = await shell(line);
  return exitCode === 0 ? null : `ended with ${exitCode}\n${stdout}${stderr}`;
}

async function counted(text: string, count: number, { shell }: ProcessManager): Promise<string | null> {
  const { stdout } = await shell("pm prettylist");
  const found = stdout.split(text).length - 1;
  return found === count ? null : `counts ${found}\n${withoutEnvironment(stdout)}`;
}

const withoutEnvironment = (list: string): string =>
  list.replaceAll(/^ {4,}[A-Za-z]+_[A-Z_a-z]*: .*\n/gmu, "");

if (import.meta.main) {
  requireNamespace();
  const [brand, ...titles] = process.argv.slice(2);
  for (const habit of HABITS.filter(({ title }) => titles.includes(title))) {
    const startedMs = performance.now();
    console.log(JSON.stringify([habit.title, await playHabit(habit, brand === "pm2" ? "pm2" : "bunctl")]));
    console.error(`${Math.round(performance.now() - startedMs)} ms ${habit.title}`);
  }
  process.exit(0);
}
