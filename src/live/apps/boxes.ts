/** Draws what is laid over the table of apps: the question before a stop, and the help. */
import { shortCommand } from "../../render/command-name.ts";
import { wrap } from "../../render/notes.ts";
import { instanceName } from "../../render/apps/table.ts";
import { commandLine, printable } from "../../text/mask.ts";
import { bold, dim, red, yellow } from "../../text/style.ts";
import { duration } from "../../text/wording.ts";
import { framed, helpBox, innerWidth, type Box } from "../box.ts";
import type { Size } from "../layout.ts";
import type { AppsState } from "./state.ts";

/** Lines of the box that the mode asks for; none when it asks for none. */
export function appBoxLines({ mode }: AppsState, size: Size): readonly string[] {
  switch (mode.kind) {
    case "table":
    case "filter":
      return [];
    case "help":
      return framed(helpBox(HELP), size);
    case "confirm":
      return framed(question(mode, innerWidth(size)), size);
  }
}

function question({ doing, row }: AppsState["mode"] & { readonly kind: "confirm" }, inner: number): Box {
  const { spec } = row.app;
  const { signal, graceMs } = spec.stop;
  const ending = `${signal}, and after ${duration(graceMs)} SIGKILL for all that is left of it.`;
  const then = doing === "stop" ? "It stays in the list." : "Then it is started anew.";
  return {
    title: `${doing === "stop" ? "Stop" : "Restart"} ${printable(instanceName(row))}?`,
    body: [
      bold(printable(shortCommand(commandLine(spec.argv), spec.cwd), inner)),
      ...wrap(`${ending} ${then}`, inner).map(dim),
    ],
    foot: `${bold("y")} ${doing} it   ${bold("n")} leave it`,
    paint: doing === "stop" ? red : yellow,
  };
}

const HELP: readonly string[] = [
  "↑ ↓ j k     select; Page Up, Page Down, Home, End too",
  "x           stop the selected instance (asks first)",
  "r           restart it (asks first); start it if it is stopped",
  "/           only rows with this text; Esc ends it",
  "space       hold the screen still",
  "",
  "i n u e     sort by id, name, time up, restarts",
  "c m         by CPU, memory; again: the other way round",
  "q           leave",
];
