/** What an app writes, read from its log files: the last lines, and those that come, across rotation. Nobody is asked. */
import { outputDirectory } from "../../host/manager-places.ts";
import { pidNamespace } from "../../os/runtime-directory.ts";
import { parsedJson, isObject } from "../../text/json.ts";
import { maskText, printable } from "../../text/mask.ts";
import type { AppDocument } from "../../wire/manager.ts";
import { frameOf } from "../event-stream.ts";
import { HttpProblem } from "../problem.ts";

interface LogWish {
  readonly lines: number;
  readonly stream: "out" | "err" | undefined;
  readonly follow: boolean;
}

/** Nobody reads more of one line on a page. */
const MOST_CHARACTERS = 4_000;
/** Each holds a file and a watch. */
const MOST_TAILS = 16;

export class AppLogTails {
  #tails = 0;

  /** Frames of an event stream, each with the lines that came together. Throws HttpProblem at once where there are too many. */
  tail(app: AppDocument, wish: LogWish, signal: AbortSignal): AsyncGenerator<string, void> {
    if (this.#tails >= MOST_TAILS)
      throw new HttpProblem(503, "Too many logs are followed already. Close one, then try again.", {
        "retry-after": "5",
      });
    return this.#frames(app, wish, signal);
  }

  async *#frames(
    { spec, instances }: AppDocument,
    { lines, stream, follow }: LogWish,
    signal: AbortSignal,
  ): AsyncGenerator<string, void> {
    this.#tails++;
    try {
      // only who looks at a log has a use for them
      const [{ readLogs }, { logOwner, logSources }] = await Promise.all([
        import("../../app-log/read/read-logs.ts"),
        import("../../app-log/read/sources.ts"),
      ]);
      const owners = instances.map(({ id, number }) => logOwner(spec, id, number));
      const pieces = readLogs({
        sources: logSources(owners, stream === undefined ? ["out", "err"] : [stream]),
        directory: outputDirectory(pidNamespace() ?? ""),
        lines,
        sinceMs: null,
        format: "json",
        follow,
        signal,
      });
      // the reader knows that it is heard before there is a line
      yield ": the log\n\n";
      for await (const piece of pieces) yield piece.toString().trimEnd().split("\n").map(lineFrame).join("");
    } finally {
      this.#tails--;
    }
  }
}

function lineFrame(json: string): string {
  const line = parsedJson(json);
  if (!isObject(line)) return "";
  const { stream, instance, at, line: text } = line;
  const shown = printable(maskText(String(text).slice(0, MOST_CHARACTERS)), MOST_CHARACTERS);
  return frameOf("line", JSON.stringify({ stream, instance, at, text: shown }));
}
