/** What is printed when all is measured: the figures of each group, and what follows of them. */
import { fastestOf } from "../../core/bench/compare.ts";
import {
  type BenchComparison,
  type BenchmarkResult,
  type BenchReport,
  unitsOf,
} from "../../core/bench/report.ts";
import { LEAST_SAMPLES } from "../../core/statistics/comparison.ts";
import { printable } from "../../text/mask.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../../text/style.ts";
import { hanging, indented } from "../notes.ts";
import { figureTables, shortName } from "./figure-tables.ts";
import { formatMs, formatP, formatRatio } from "./time.ts";

export function benchEnding(report: BenchReport, notes: readonly string[]): string {
  const groups = [...new Set(report.benchmarks.map(({ group }) => group))];
  const warnings = [...report.noise, ...notes].map((note) => `warning: ${printable(note, 1_000)}`);
  const sections = [
    ...groups.map((group) => groupSection(report, group)),
    warnings.flatMap((each) => wrapped(each).map(yellow)),
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
  const tables = figureTables(members);
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
} as const;

function baselineLine({ member, verdict, ratio, p, test, counts }: Compared): string {
  const times = ratio === null ? "" : `, ${formatRatio(ratio)} of the baseline`;
  const how = dim(`(${test}, ${formatP(p)}, ${counts[1]} trials, ${counts[0]} before)`);
  return `${shortName(member)}: ${VERDICTS[verdict]}${times} ${how}`;
}

function fastestLines(members: readonly BenchmarkResult[], others: readonly Compared[]): readonly string[] {
  const fastest = fastestOf(members);
  if (fastest === null || others.length === 0) return [];
  const isFew = unitsOf(fastest).length < LEAST_SAMPLES;
  return [
    `${bold(shortName(fastest))} is the fastest`,
    ...others
      .toSorted((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0))
      .map(({ member, verdict, ratio, p }) => {
        const times = verdict === "slower" && ratio !== null ? `${formatRatio(ratio)} slower` : verdict;
        return `${BELOW}${shortName(member)}: ${times} ${dim(`(${formatP(p)})`)}`;
      }),
    ...(isFew
      ? [`${BELOW}${dim(`With fewer than ${LEAST_SAMPLES} trials no difference can be told.`)}`]
      : []),
  ];
}
