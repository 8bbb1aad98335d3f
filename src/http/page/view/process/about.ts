/** Whom a process belongs to, where it works, and who else is of its job. */
import { h } from "../../dom/element.ts";
import type { JobDocument, ProcessDocument } from "../../model/documents.ts";
import { bytes, formatDate, formatDuration, inRow, wholeName } from "../../model/words.ts";
import { commandIn, facts, processLink } from "../parts.ts";

export function aboutPart() {
  const about = h("div", {});
  const family = h("ul", { class: "targets" });
  let facing = "";
  return {
    elements: [about, h("h3", {}, "Its job"), family],
    update: (
      process: ProcessDocument,
      job: JobDocument | undefined,
      all: readonly ProcessDocument[],
    ): void => {
      const face = JSON.stringify([process.state, process.ppid, job, Math.floor(process.ageMs / 1_000)]);
      if (face === facing) return;
      facing = face;
      about.replaceChildren(factsOf(process, job));
      family.replaceChildren(...familyOf(process, job, all));
    },
  };
}

const factsOf = (process: ProcessDocument, job: JobDocument | undefined): HTMLElement =>
  facts([
    ["Pid", `${process.pid}, started by ${process.ppid}`],
    ["Running for", formatDuration(process.ageMs)],
    ["Since", formatDate(process.startTimeMs)],
    [
      "Works in",
      process.cwd === null ? null : h("bdi", { class: "mono", dir: "ltr" }, wholeName(process.cwd)),
    ],
    ["Kind", `${process.kind}, ${process.state}, ${process.user ?? "unknown user"}`],
    ["Resident", bytes(process.rssBytes)],
    [
      "Project",
      job === undefined || job.project === null
        ? "of no project: only harm is stopped"
        : h("bdi", { class: "mono", dir: "ltr" }, wholeName(job.project)),
    ],
    [
      "Orphan of",
      job?.orphanOf ? `${inRow(job.orphanOf.command ?? "")} (${job.orphanOf.pid}), which is gone` : null,
    ],
  ]);

function familyOf(
  process: ProcessDocument,
  job: JobDocument | undefined,
  all: readonly ProcessDocument[],
): readonly HTMLElement[] {
  const known = new Map(all.map((each) => [each.pid, each]));
  return (job?.pids ?? []).map((pid) => {
    const found = known.get(pid);
    const what =
      found === undefined ? h("span", { class: "hint" }, "not Bun") : commandIn(found.command, found.cwd);
    const here = pid === process.pid ? h("span", { class: "hint" }, "this one") : null;
    return h(
      "li",
      {},
      h("span", { class: "number" }, String(pid)),
      found === undefined || here !== null ? what : processLink(found.id, what),
      here,
    );
  });
}
