/**
 * `bun-watchdog-measuring.ts libraries | buffers <options, as JSON>`: prints what it measures, as JSON. A process of its own: buffers
 * of 64 MB are no business of the page's server, and a library that breaks a process breaks this one.
 */
import { callSystemLibraries, measureBuffers, type BufferOptions } from "../../runtime/index.ts";

async function main([what, options = "{}"]: readonly string[]): Promise<void> {
  // its starter has checked them
  const asked: BufferOptions = JSON.parse(options);
  process.stdout.write(
    JSON.stringify(what === "libraries" ? callSystemLibraries() : await measureBuffers(asked)),
  );
}

void main(process.argv.slice(2));
