/** `doctor` for people: findings by area, what would make each of them better, and the sum. */
import { AREAS, type Area, type Finding, isBroken } from "../core/plan/finding.ts";
import { beside, hanging, wrap } from "../render/notes.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../text/style.ts";

const TITLES: Record<Area, string> = {
  right: "Kill the right process, and no other",
  dead: "Make sure that it is dead",
  see: "See what runs",
  here: "In force here",
  contain: "Hold a whole job (for bunctl, bun-wrapper and the demo)",
  others: "Who else ends processes here",
};

const PAINT: Record<Finding["state"], (text: string) => string> = {
  ok: green,
  limited: yellow,
  missing: red,
  off: dim,
};

const MARK_WIDTH = Math.max(...Object.keys(PAINT).map(({ length }) => length));
const GAP = "  ";

function lines(finding: Finding, nameWidth: number): string[] {
  const indent = GAP.length + MARK_WIDTH + GAP.length + nameWidth + GAP.length;
  const width = Math.max(30, lineWidth() - indent);
  const head = `${GAP}${PAINT[finding.state](finding.state.padEnd(MARK_WIDTH))}${GAP}${finding.name.padEnd(nameWidth)}${GAP}`;
  const broken = isBroken(finding)
    ? wrap(`Without it there is no promise that ${finding.promise}.`, width).map(red)
    : [];
  const next = finding.enable === null ? [] : hanging(`→ ${finding.enable}`, width);
  return [
    ...beside(head, indent, finding.detail, lineWidth()),
    ...[...broken, ...next].map((line) => " ".repeat(indent) + line),
  ];
}

const COUNTED = { limited: "limited", missing: "missing that it can do without", off: "not in use" };

function summary(findings: readonly Finding[]): string {
  const broken = findings.filter(isBroken);
  if (broken.length > 0) {
    const names = broken.map(({ name }) => name).join(", ");
    return red(`Not fit to run: ${names}. Do what the arrows say, then run doctor again.`);
  }
  const count = (state: Finding["state"]): number => findings.filter((each) => each.state === state).length;
  const rest = (["limited", "missing", "off"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${COUNTED[state]}`);
  const all = plural(findings.length, "finding");
  return `${green("Both promises can be kept here.")} ${all}${rest.length > 0 ? `: ${rest.join(", ")}` : ", all ok"}.`;
}

export function renderFindings(findings: readonly Finding[]): string {
  const nameWidth = Math.max(...findings.map(({ name }) => name.length));
  const block = (area: Area): string => {
    const its = findings.filter((finding) => finding.area === area);
    return [bold(TITLES[area]), ...its.flatMap((each) => lines(each, nameWidth)), "", ""].join("\n");
  };
  const areas = AREAS.filter((area) => findings.some((finding) => finding.area === area));
  return areas.map(block).join("") + summary(findings);
}
