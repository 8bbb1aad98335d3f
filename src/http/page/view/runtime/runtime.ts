/** What runtimes say of themselves: the programs that have registered, this server, its buffers and system libraries. */
import { h, setHidden } from "../../dom/element.ts";
import { keyed } from "../../dom/keyed.ts";
import type { ProgramDocument, ProgramsDocument } from "../../../../wire/documents/programs.ts";
import type { ProcessMetrics } from "../../../../core/program/metrics.ts";
import type { SystemInfo } from "../../../../runtime/index.ts";
import { duration, sizeWords } from "../../model/words.ts";
import { asked, empty, facts, section } from "../parts.ts";
import type { Context, MakeView } from "../view.ts";
import { collectButtons } from "./collect.ts";
import { bufferPart, libraryPart } from "./measurements.ts";
import { programPart } from "./program.ts";
import { messageOf } from "../../../../text/system-error.ts";

/** While somebody looks here, programs that have registered measure themselves once a second. */
const EVERY_MS = 2_000;

const EXAMPLE = `import { registerWithWatchdog } from "bun-watchdog/runtime";

registerWithWatchdog({ name: "api" });`;

export const runtimeView: MakeView = (context) => {
  const list = h("ul", { class: "programs" });
  const none = empty(
    "No program has registered itself.",
    "Heap, collections and the lag of the event loop can only be seen from inside. A Bun program shows them here after this:",
    EXAMPLE,
  );
  setHidden(none, true);
  const show = keyed<ProgramDocument>(
    list,
    ({ id, name }) => `${id} ${name}`,
    () => programPart(context),
  );
  const look = async (): Promise<void> => {
    const { programs } = await context.server.get<ProgramsDocument>("/api/runtime");
    show(programs);
    setHidden(none, programs.length > 0);
  };
  const failed = (error: unknown): void => context.say(messageOf(error), "bad");
  void look().catch(failed);
  const timer = setInterval(() => {
    if (!document.hidden) void look().catch(failed);
  }, EVERY_MS);
  return {
    title: "Runtime",
    element: h(
      "div",
      { class: "view" },
      h("h1", {}, "Runtime"),
      section("Registered programs", list, none),
      h("div", { class: "two" }, serverSection(context), systemSection(context)),
      section("Buffers", bufferPart(context)),
      section("System libraries", libraryPart(context)),
    ),
    update: () => {},
    leave: () => {
      clearInterval(timer);
      show([]);
    },
  };
};

function serverSection(context: Context): HTMLElement {
  const metrics = asked(
    () => context.server.get<ProcessMetrics>("/api/metrics"),
    ({ pid, memory, uptime, gcStats }) =>
      facts([
        ["Pid", String(pid)],
        ["Runs for", duration(uptime * 1_000)],
        ["Heap in use", sizeWords(memory.heapUsed)],
        ["Outside of it", sizeWords(memory.external)],
        ["Resident", sizeWords(memory.rss)],
        [
          "Collections",
          gcStats.collections === 0
            ? "none was asked for"
            : `${gcStats.collections}, the last one took ${duration(gcStats.duration)}`,
        ],
      ]),
  );
  const buttons = collectButtons(context, null, metrics.again);
  return section("This server", metrics.element, buttons);
}

const systemSection = (context: Context): HTMLElement =>
  section(
    "The machine",
    asked(
      () => context.server.get<SystemInfo>("/api/system"),
      ({ platform, arch, release, versions, processors, memory }) =>
        facts([
          ["System", `${platform} ${release}, ${arch}`],
          [
            "Bun",
            `${versions.bun}${versions.webkit === null ? "" : `, WebKit ${versions.webkit.slice(0, 12)}`}`,
          ],
          ["Processors", String(processors)],
          ["Memory", `${sizeWords(memory.availableBytes)} of ${sizeWords(memory.totalBytes)} can be had`],
          ["Limited to", memory.limitBytes === null ? null : sizeWords(memory.limitBytes)],
        ]),
    ).element,
  );
