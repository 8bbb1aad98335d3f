/** What is printed when all is measured: the figures of each group, and what follows of them. */
import type { BenchComparison, BenchmarkResult, BenchReport } from "../../core/bench/report.ts";
import type { OutcomeWish } from "../../core/bench/outcome.ts";
import type { Difference } from "../../core/statistics/comparison.ts";
import { printable } from "../../text/mask.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../../text/style.ts";
import { hanging, indented } from "../notes.ts";
import { figureTables, shortName } from "./figure-tables.ts";
import { formatMs, formatRatio } from "./time.ts";
import { certainty, helpFor } from "./verdict.ts";

export function benchEnding(
  report: BenchReport,
  notes: readonly string[],
  { failOnSlower }: OutcomeWish,
): string {
  const groups = [...new Set(report.benchmarks.map(({ group }) => group))];
  const warnings = [...report.noise, ...notes].map((note) => `warning: ${printable(note, 1_000)}`);
  const sections = [
    ...groups.map((group) => groupSection(report, group)),
    warnings.flatMap((each) => wrapped(each).map(yellow)),
    failOnSlower ? wrapped(slowerLine(report)) : [],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

const BELOW = "  ";

const wrapped = (text: string): readonly string[] =>
  text.startsWith(BELOW) ? indented(text.trimStart(), BELOW, lineWidth()) : hanging(text, lineWidth());

/** Its members are called by their short names, below the name of their file. */
function groupSection({ benchmarks, comparisons }: BenchReport, group: string): readonly string[] {
  const members = benchmarks.filter((each) => each.group === group);
  const compared = (kind: "baseline" | "fastest"): readonly Compared[] =>
    comparisons.flatMap((each) => {
      const member = members.find(({ name }) => name === each.name);
      return member === undefined || each.against.kind !== kind ? [] : [{ ...each, member }];
    });
  const lines = [
    ...members.flatMap(targetLine),
    ...compared("baseline").map(baselineLine),
    ...fastestLines(members, compared("fastest")),
    ...members.flatMap(failureLine),
  ];
  const tables = figureTables(members, comparisons);
  return [
    ...(members[0]?.file === null ? [] : [bold(printable(group, 1_000))]),
    ...tables,
    ...(tables.length > 0 && lines.length > 0 ? [""] : []),
    ...lines.flatMap(wrapped),
  ];
}

function targetLine(member: BenchmarkResult): readonly string[] {
  const { target, targetMet, summary } = member;
  if (target === null || summary === null) return [];
  const [sign, where] = targetMet === true ? [green("✔"), "within"] : [red("✘"), "over"];
  const median = formatMs(summary.median);
  return [
    `${sign} ${shortName(member)}: the median, ${median}, is ${where} the target of ${formatMs(target)}`,
  ];
}

function failureLine(member: BenchmarkResult): readonly string[] {
  const { failure, trials } = member;
  if (failure === null) return [];
  const after = trials.length === 0 ? "" : ` (after ${plural(trials.length, "trial")})`;
  return [`${red("✘")} ${shortName(member)}${after}: ${printable(failure, 1_000)}`];
}

type Compared = BenchComparison & { readonly member: BenchmarkResult };

const VERDICTS = {
  faster: green("faster"),
  slower: red("slower"),
  "no difference": "no difference",
  "cannot tell": yellow("cannot tell"),
} as const;

/** What --fail-on-slower was asked for: whether something is slower than before. */
function slowerLine({ comparisons }: BenchReport): string {
  const before = comparisons.filter(({ against }) => against.kind === "baseline");
  const countOf = (wanted: Difference): number => before.filter(({ verdict }) => verdict === wanted).length;
  const [slower, untold] = [countOf("slower"), countOf("cannot tell")];
  const rest = untold === 0 ? "" : `; of ${untold} it cannot be told`;
  const of = `of ${plural(before.length, "benchmark")}`;
  return slower === 0
    ? `${green("✔")} none ${of} was found slower than before${rest}`
    : `${red("✘")} ${slower} ${of} ${slower === 1 ? "is" : "are"} slower than before${rest}: exit code 1 (--fail-on-slower)`;
}

function baselineLine(compared: Compared): string {
  const { member, verdict, ratio, test, counts } = compared;
  const times = ratio === null ? "" : `, ${formatRatio(ratio)} of the baseline`;
  const how = dim(`(${test}, ${certainty(compared)}, ${counts[1]} trials, ${counts[0]} before)`);
  return `${shortName(member)}: ${VERDICTS[verdict]}${times}${helpFor(compared)} ${how}`;
}

function fastestLines(members: readonly BenchmarkResult[], others: readonly Compared[]): readonly string[] {
  const fastest = members.find(({ name }) => name === others[0]?.against.name);
  if (fastest === undefined) return [];
  return [
    others.some(({ verdict }) => verdict === "slower")
      ? `${bold(shortName(fastest))} is the fastest`
      : `${bold(shortName(fastest))} took the least time`,
    ...others
      .toSorted((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0))
      .map((compared) => {
        const { member, verdict, ratio } = compared;
        const times = verdict === "slower" && ratio !== null ? `${formatRatio(ratio)} slower` : verdict;
        return `${BELOW}${shortName(member)}: ${times}${helpFor(compared)} ${dim(`(${certainty(compared)})`)}`;
      }),
  ];
}
