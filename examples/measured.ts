/** What benchmark-in-a-process.ts starts: JSON on standard input, JSON on standard output. */
import { stdin } from "bun";

const { name, target, iterations } = JSON.parse(await stdin.text());

function profileQuery(): number {
  let sum = 0;
  for (let row = 0; row < 10_000; row++) sum += Math.sqrt(row);
  return sum;
}

const samples = Array.from({ length: iterations }, () => {
  const startedMs = performance.now();
  profileQuery();
  return performance.now() - startedMs;
}).toSorted((a, b) => a - b);
const medianMs = samples[Math.floor(samples.length / 2)] ?? 0;
console.log(JSON.stringify({ name, medianMs, isTargetMet: medianMs <= target }));
