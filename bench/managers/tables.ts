/** The tables and bars of the managers' part. */
import type { AllMeasured, Measured } from "../measure/managers.ts";
import { atMost, type Bar, type Section, type Table } from "../section.ts";
import { digits, megabytes, ms, percent, us } from "../support/units.ts";

const restTable = ({ managers, bareBytes, needsBytes }: AllMeasured): Table => ({
  caption: "At rest: 1, 10 and 50 idle Bun apps",
  columns: [
    "manager",
    "apps",
    "RssAnon of the daemon",
    "CPU of one core",
    "wake-ups a second",
    "RssAnon per app",
  ],
  rows: [
    ["no manager", "3", "", "", "", megabytes(bareBytes)],
    ["Bun with what a manager needs, and no code", "1", megabytes(needsBytes), "", "", ""],
    ...managers.flatMap(({ name, idle }) =>
      idle.map(({ apps, rssBytes, cpuPercent, wakeUps, perAppBytes }) => [
        name,
        String(apps),
        megabytes(rssBytes),
        percent(cpuPercent),
        digits(wakeUps),
        megabytes(perAppBytes),
      ]),
    ),
  ],
  notes: [
    "Wake-ups are the voluntary context switches of all threads. Every app is the same script, run by Bun.",
  ],
});

const row = (
  what: string,
  managers: readonly Measured[],
  value: (measured: Measured) => string | null,
): readonly string[] => [what, ...managers.map((each) => value(each) ?? "–")];

const workTable = ({ managers }: AllMeasured): Table => ({
  caption: "At work",
  columns: ["", ...managers.map(({ name }) => name)],
  rows: [
    row("start of the daemon", managers, ({ bootMs }) => ms(bootMs)),
    row("status", managers, ({ waits }) => ms(waits.status)),
    row("start of an app", managers, ({ waits }) => ms(waits.start)),
    row("stop of an app", managers, ({ waits }) => ms(waits.stop)),
    row("crash → exec", managers, ({ crash }) => crash && ms(crash.toExecMs)),
    row("crash → first line", managers, ({ crash }) => crash && ms(crash.toLineMs)),
    row("a line's way to the file, p50", managers, ({ lines }) => ms(lines.p50Ms)),
    row("… p99", managers, ({ lines }) => ms(lines.p99Ms)),
    row("lines a second in a burst", managers, ({ lines }) => digits(lines.perSecond)),
    row("CPU of the daemon for it", managers, ({ lines }) => ms(lines.cpuMs)),
    row("lines lost in it", managers, ({ lines }) => digits(lines.lost)),
    row("200 MB limit, 100 MB/s: reaction", managers, ({ memory }) => memory && ms(memory.reactionMs)),
    row("… peak", managers, ({ memory }) => memory && `${digits(memory.peakMb)} MB`),
    row("left after stop, of 3", managers, (each) => String(each.survivors.afterStop)),
    row("left after crash and respawn, of 3", managers, (each) => String(each.survivors.afterRespawn)),
    row(
      "requests that reloads refused",
      managers,
      ({ reload }) => reload && `${reload.refused} of ${digits(reload.requests)}`,
    ),
  ],
  notes: [
    "Waits are medians, and hold the whole command. The burst is 200,000 lines of 200 bytes; crash → exec starts a C program that writes down when it began. Two instances are reloaded, ten times, while four clients ask.",
  ],
});

const costTable = ({ costs }: AllMeasured): Table => ({
  caption: "bun-watchdog/supervisor, inside a program",
  columns: ["what", "measured"],
  rows: [
    ["spawn", ms(costs.spawnMs)],
    ["Bun.spawn of the same", ms(costs.bareMs)],
    ["from spawn to its event", us(costs.eventMs * 1_000)],
    ["getProcessInfo", us(costs.infoMs * 1_000)],
  ],
});

const MB = 1_048_576;

function bars({ managers, bareBytes, costs }: AllMeasured): readonly Bar[] {
  const [ours] = managers;
  if (ours === undefined) return [];
  const rest = ours.idle.flatMap(({ apps, rssBytes, cpuPercent, wakeUps, perAppBytes }) => [
    atMost(`daemon with ${apps} apps`, 5 * MB + apps * 50 * 1_024, rssBytes, megabytes),
    atMost(`idle CPU with ${apps} apps`, 0.01, cpuPercent, percent),
    atMost(`wake-ups a second with ${apps} apps`, 0.05, wakeUps, digits),
    // pages that the kernel happens to share are not the same in each run
    atMost(`an app of ${apps}, beside a bare one`, bareBytes * 1.05, perAppBytes, megabytes),
  ]);
  return [
    ...rest,
    atMost("start of the daemon", 50, ours.bootMs, ms),
    atMost("status", 25, ours.waits.status, ms),
    atMost("start of an app that is ready at once", 25, ours.waits.start, ms),
    atMost("stop of an app that ends at once", 25, ours.waits.stop, ms),
    ...(ours.crash === null ? [] : [atMost("crash → exec", 1.5, ours.crash.toExecMs, ms)]),
    atMost("a line's way to its file through the daemon, p99", 0.3, ours.lines.p99Ms, ms),
    atMost("CPU of the daemon for 200,000 lines", 100, ours.lines.cpuMs, ms),
    atMost("lines lost", 0, ours.lines.lost, digits),
    atMost("left after stop", 0, ours.survivors.afterStop, digits),
    atMost("left after crash and respawn", 0, ours.survivors.afterRespawn, digits),
    atMost("requests that reloads refused", 0, ours.reload?.refused ?? NaN, digits),
    atMost("spawn, on top of Bun.spawn", 1, costs.spawnMs - costs.bareMs, ms),
    atMost("an event", 0.1, costs.eventMs, ms),
    atMost("getProcessInfo", 0.5, costs.infoMs, ms),
  ];
}

export const managersSection = (measured: AllMeasured, smoke: boolean): Section => ({
  title: "Managers of apps",
  tables: [restTable(measured), workTable(measured), costTable(measured)],
  bars: smoke ? [] : bars(measured),
});
