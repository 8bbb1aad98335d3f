/** Measurements of this machine's runtime, each in a process of its own, one at a time. */
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";
import type { BufferTiming, LibraryCall } from "../../runtime/index.ts";
import { HttpProblem } from "../problem.ts";

const PROGRAM = "src/http/measuring/bun-watchdog-measuring.ts";
/** All sizes with the most samples, on a busy machine. */
const LONGEST_MS = 120_000;
const MOST_BYTES = 1_024 ** 2;

export class Measuring {
  #isBusy = false;

  /** `options`: those of measureBuffers, checked. */
  buffers(options: object, signal: AbortSignal): Promise<readonly BufferTiming[]> {
    return this.#run(["buffers", JSON.stringify(options)], signal);
  }

  libraries(signal: AbortSignal): Promise<readonly LibraryCall[]> {
    return this.#run(["libraries"], signal);
  }

  /** Ends with the request. @throws HttpProblem */
  async #run<Answer>(words: readonly string[], signal: AbortSignal): Promise<Answer> {
    if (this.#isBusy)
      throw new HttpProblem(
        429,
        "A measurement runs already, and two would disturb each other. Try again when it is over.",
        {
          "retry-after": "5",
        },
      );
    this.#isBusy = true;
    try {
      const child = Bun.spawn(ownCommand(programFile(PROGRAM), ...words), {
        stdio: ["ignore", "pipe", "pipe"],
        cwd: "/",
        env: ownEnvironment(process.env),
        signal,
        timeout: LONGEST_MS,
        killSignal: "SIGKILL",
        maxBuffer: MOST_BYTES,
      });
      const [out, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      if (code !== 0)
        throw new HttpProblem(502, `The measurement failed: ${whyFailed(errors, child.signalCode)}`);
      // it is our own program's answer
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return JSON.parse(out) as Answer;
    } finally {
      this.#isBusy = false;
    }
  }
}

/** The line of a stack trace that says what was thrown. */
const whyFailed = (errors: string, signal: string | number | null): string =>
  /^(?:\w*Error|error): .+$/mu.exec(errors)?.[0] ?? `it ended by ${signal ?? "itself"} and said nothing`;
