/**
 * `npm test [-- path…]`: every test file in a `bun test` and a PID namespace of its own. The last line of the
 * output is `N passed, N failed[, N skipped]`; files that failed beside others and passed alone are named above it.
 * `SEED=n` repeats the random choices of an earlier run.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { namespaceUnavailable, runInNamespace } from "./support/namespace.ts";
import { needsNamespace, select, testFiles } from "./support/runner/files.ts";
import { type FileResult, parseRun, totals } from "./support/runner/summary.ts";
import { withTemporary } from "./support/temporary.ts";

const repository = resolve(import.meta.dir, "..");
/** Most of their time tests wait for processes: four at once left a quarter of two cores idle. */
const AT_ONCE = Math.min(5, availableParallelism() + 3);
const FILE_LIMIT_MS = 600_000;
/** More than this are no accident of a busy machine. */
const MOST_REPEATED = 2;
/** For one test; bun's default of 5 s is too short for a real grace period on a busy machine. */
const TEST_LIMIT_MS = 60_000;

const isCi = process.env["CI"] === "true";
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const noNamespace = namespaceUnavailable();
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort());

async function runFile(file: string): Promise<FileResult> {
  const argv = [process.execPath, "test", `--timeout=${TEST_LIMIT_MS}`, `./${file}`];
  const env = { BUN_WATCHDOG_TEST_SEED: String(seed), FORCE_COLOR: "0" };
  if (noNamespace === null) {
    const options = { cwd: repository, env, limitMs: FILE_LIMIT_MS, signal: stop.signal };
    const { exitCode, stdout, stderr } = await runInNamespace(argv, options);
    return parseRun({ file, exitCode, output: `${stdout}${stderr}` });
  }
  if (needsNamespace(file)) {
    const reasons = [`PID namespace: ${noNamespace}`];
    return { file, passed: 0, failed: 0, skipped: 1, reasons, output: "" };
  }
  return withTemporary(async (temporary) => {
    const child = Bun.spawn(argv, {
      cwd: repository,
      env: { ...process.env, ...env, TMPDIR: temporary },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [exitCode, ...output] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return parseRun({ file, exitCode, output: output.join("") });
  });
}

/** Under CI a machine that lacks a part is a broken machine; elsewhere the skip is named at the end. */
const judged = (result: FileResult): FileResult =>
  isCi && result.skipped > 0 ? { ...result, failed: result.failed + result.skipped, skipped: 0 } : result;

function report(result: FileResult, done: string, tookMs: number): void {
  const mark = result.failed > 0 ? "FAIL" : result.skipped > 0 ? "skip" : "ok  ";
  const took = `${(tookMs / 1_000).toFixed(1)} s`.padStart(7);
  console.log(`${mark} ${done} ${took}  ${result.file}  ${totals([result])}`);
  if (result.failed > 0) console.log(`${result.output.trimEnd()}\n`);
}

async function runAll(files: readonly string[]): Promise<readonly FileResult[]> {
  const waiting = [...files];
  const results: FileResult[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined && !stop.signal.aborted; file = waiting.shift()) {
      const startedMs = performance.now();
      const result = judged(await runFile(file));
      results.push(result);
      report(result, `${results.length}/${files.length}`.padStart(7), performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/**
 * A file that failed beside others runs once more when nothing else does. One that passes then is named as flaky at
 * the end, below its first failure: it is a defect still, of the test or of the product, and it hides no other.
 */
async function repeatFailed(results: readonly FileResult[]): Promise<readonly FileResult[]> {
  const failing = results.filter(({ failed }) => failed > 0);
  if (results.length === 1 || failing.length > MOST_REPEATED) return results;
  const repeated = new Map<string, FileResult>();
  for (const { file } of failing) {
    if (stop.signal.aborted) break;
    const startedMs = performance.now();
    const result = judged(await runFile(file));
    report(result, "once more", performance.now() - startedMs);
    repeated.set(file, result);
  }
  return results.map((first) => repeated.get(first.file) ?? first);
}

function listSkips(results: readonly FileResult[]): void {
  const skipping = results.filter(({ skipped, reasons }) => skipped > 0 || reasons.length > 0);
  for (const { file, reasons } of skipping)
    console.log(`skipped in ${file}: ${reasons.length > 0 ? reasons.join("; ") : "no reason given"}`);
}

async function main(filters: readonly string[]): Promise<number> {
  const files = select(testFiles(repository), filters);
  if (files.length === 0) {
    console.error(`No test file matches ${filters.join(" ")}. Give a part of a path below test/.`);
    return 2;
  }
  console.log(`${files.length} files, ${AT_ONCE} at a time, SEED=${seed}`);
  const first = await runAll(files);
  const results = await repeatFailed(first);
  listSkips(results);
  for (const [index, { failed, file }] of first.entries())
    if (failed > 0 && results[index]?.failed === 0)
      console.log(`flaky: ${file} (failed beside others, passed alone)`);
  const failing = results.filter(({ failed }) => failed > 0);
  for (const { file } of failing) console.log(`failed: ${file}`);
  if (failing.length > 0) console.log(`repeat with SEED=${seed}`);
  if (stop.signal.aborted) console.log(`interrupted: ${files.length - results.length} files did not run`);
  console.log(totals(results));
  return failing.length > 0 || stop.signal.aborted ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
