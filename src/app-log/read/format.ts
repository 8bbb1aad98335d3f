/** Prints a line of a log for people, for programs, or as it is. */
import { terminalLine } from "../../text/terminal-line.ts";
import { green, red } from "../../text/style.ts";
import type { LogLine } from "./log-reader.ts";

export type LogFormat = "people" | "raw" | "json";

const NEWLINE = Buffer.from("\n");

/** `width`: the width of the longest label. */
export function formatLine({ by, bytes, atMs }: LogLine, format: LogFormat, width: number): Buffer {
  switch (format) {
    case "raw":
      return Buffer.concat([bytes, NEWLINE]);
    case "json": {
      const { app, instance, stream } = by;
      return Buffer.from(`${JSON.stringify({ app, instance, stream, at: atMs, line: bytes.toString() })}\n`);
    }
    case "people": {
      const label = `${terminalLine(by.label).padEnd(width)} | `;
      const paint = by.stream === "err" ? red : green;
      return Buffer.from(`${paint(label)}${terminalLine(bytes.toString())}\n`);
    }
  }
}
