/** The report of a period as the page shows it: the documents of `report --json`. Pure. */
import { amountOf, changeOf, linesToPaste } from "../../../history/report/advice-words.ts";
import type { Advice, PeriodReport } from "../../../history/report/period.ts";
import { outcomeInWords, type StopKind } from "../../../history/report/summary.ts";
import { LIMIT_KEYS } from "../../../core/judge/policy.ts";
import { asSentence } from "../../../text/wording.ts";
import type { Tone } from "./verdict.ts";

type WithKinds<Totals> = Totals & { readonly stopsByKind: Readonly<Record<StopKind, number>> };

export type ReportDocument = Omit<PeriodReport, "totals" | "before"> & {
  readonly totals: WithKinds<PeriodReport["totals"]>;
  readonly before: WithKinds<PeriodReport["totals"]> | null;
};

/** "7 runaways stopped (12 processes), none survived", as the terminal says it. */
export const summaryOf = ({ totals }: ReportDocument): string => asSentence(outcomeInWords(totals));

const FINDINGS: Readonly<Record<Advice["finding"], readonly [words: string, tone: Tone]>> = {
  "too-tight": ["too tight", "warn"],
  "too-loose": ["too loose", "warn"],
  fine: ["fits", "good"],
  "not-enough-data": ["cannot be judged yet", "quiet"],
  off: ["off", "quiet"],
};

const NAMES: Readonly<Record<Advice["limit"], string>> = {
  concurrency: "Jobs at once",
  cpu: "CPU",
  memory: "Memory",
  timeout: "Running time",
};

interface AdviceWords {
  readonly title: string;
  readonly finding: string;
  readonly tone: Tone;
  readonly evidence: string;
  /** "5 min → 12 min"; null = leave it. */
  readonly change: string | null;
}

export function adviceWords({ limit, finding, command, current, suggestion, evidence }: Advice): AdviceWords {
  const [words, tone] = FINDINGS[finding];
  const change = changeOf(suggestion);
  const now = current === null ? null : amountOf(change?.[0] ?? LIMIT_KEYS[limit], current);
  return {
    title: `${NAMES[limit]}${now === null ? "" : ` ${now}`}${command === null ? "" : ` of ${command}`}`,
    finding: words,
    tone,
    evidence,
    change: change === null ? null : `${now ?? "off"} → ${amountOf(...change)}`,
  };
}

/** What to paste into the configuration file; null = there is nothing to change. */
export const toPaste = (advice: readonly Advice[]): string | null => linesToPaste(advice).join("\n") || null;
