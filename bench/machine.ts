/** What was measured on, so that nobody compares numbers of different machines. */
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

export function describeMachine(smoke: boolean): readonly string[] {
  const model = cpus()[0]?.model ?? "unknown CPU";
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  return [
    `Bun ${Bun.version}, ${process.platform} ${release()}, ${availableParallelism()} × ${model}, ${memoryGb} GB, load ${load} at the start.`,
    "Ours and naive (ps-list + pidusage + tree-kill) in the same run, interleaved, medians; CPU time, not wall time, wherever it is called CPU: other work shares the machine.",
    ...(smoke
      ? ["Smoke run: small counts, everything at once; it shows that it works, not how fast it is."]
      : []),
  ];
}
