/** One job: its processes added up, and what is said of the worst of them. */
import { h, setHidden, setPlace, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import type { JobSummary } from "../../model/jobs.ts";
import { formatDuration, percentWords, several, sizeWords } from "../../model/words.ts";
import { badge, labelled } from "../parts.ts";

export function jobPart(): RowPart<JobSummary> {
  const link = h("a", { class: "command", dir: "ltr" });
  const place = h("span", { class: "job-place" });
  const cpu = labelled("CPU");
  const memory = labelled("Memory");
  const age = labelled("Running for");
  const verdict = badge();
  const why = h("p", { class: "why" });
  const element = h(
    "li",
    { class: "job" },
    h("div", { class: "job-name" }, h("bdi", {}, link), place),
    cpu.element,
    memory.element,
    age.element,
    h("span", { class: "job-verdict" }, verdict.element),
    why,
  );
  return {
    element,
    update: (job) => {
      setText(link, job.command);
      setPlace(link, `#/process/${job.link}`);
      setText(
        place,
        [job.processes > 1 ? several(job.processes, "process", "processes") : "", job.place]
          .filter((each) => each !== "")
          .join(" · "),
      );
      cpu.set(percentWords(job.cpuPercent));
      memory.set(sizeWords(job.memoryBytes));
      age.set(formatDuration(job.ageMs));
      verdict.set(job.judged.word, job.judged.tone);
      setText(why, job.judged.why);
      setHidden(why, job.judged.weight < 1);
    },
  };
}
