/** Log files and the reading of them. */
import type { Habit } from "./habit.ts";

export const LOGS: readonly Habit[] = [
  {
    title: "log files are named, shared, or one for each",
    lines: `
      pm start tick.js -o out.log -e err.log --name each -i 1
      until grep -q tick out-0.log && grep -q tick-error err-0.log
      pm start tick.js -o shared.log -e /dev/null -i 2 --merge-logs --name shared
      until grep -q tick shared.log
      test ! -e shared-0.log
      pm start tick.js -l both.log --merge-logs --name both
      until grep -qx tick both.log && grep -qx tick-error both.log
      pm jlist | grep -qw pm_log_path`,
    ours: {
      lines: `
        pm start tick.js -o out.log -e err.log --name each -i 2
        until grep -q tick out-0.log && grep -q tick-error err-1.log
        pm start tick.js -o shared.log -e /dev/null -i 2 --merge-logs --name shared
        until grep -q tick shared.log
        test ! -e shared-0.log
        pm start tick.js -l both.log --merge-logs --name both
        until grep -qx tick both.log && grep -qx tick-error both.log
        pm jlist | grep -qw pm_log_path`,
      what: "A log file that only one instance writes has the name that you give; PM2 adds a number in cluster mode.",
      because: "Nothing else writes it.",
    },
  },
  {
    title: "NULL is no log file, and a folder that is missing is made",
    lines: `
      pm start tick.js -o deep/er/out.log -e NULL --merge-logs
      until grep -q tick deep/er/out.log
      test ! -e NULL`,
  },
  {
    title: "a date before each line",
    lines: `
      pm start dated.json
      until grep -q "^$(date +%Y): tick" dated.log
      pm delete all
      rm dated.log
      pm start undated.json
      until grep -qx tick dated.log
      ! grep -q "^$(date +%Y)" dated.log`,
  },
  {
    title: "logs are emptied, and begun anew",
    lines: `
      pm start tick.js -o out.log -e err.log --merge-logs
      until grep -q tick out.log
      mv out.log away.log
      pm reloadLogs
      until grep -q tick out.log
      pm stop tick
      test -s out.log
      pm flush
      until test ! -s out.log`,
  },
  {
    title: "long lines are whole",
    lines: `
      pm start burst.js -o out.log -e err.log --merge-logs
      until test "$(grep -cE '^line [0-9]+ x{2000}$' out.log)" = 200
      until test "$(grep -cE '^line [0-9]+ x{2000}$' err.log)" = 200`,
    ours: {
      lines: `
        pm start burst.js -o out.log -e err.log --merge-logs --time
        until test "$(grep -cE '^[0-9T:.-]+: line [0-9]+ x{2000}$' out.log)" = 200
        until test "$(grep -cE '^[0-9T:.-]+: line [0-9]+ x{2000}$' err.log)" = 200`,
      what: "`time` and `log_date_format` put a date before each line; PM2 7.0.4 puts it before each piece that it reads.",
      because: "A line is what people read. Its bytes stay as they were written.",
    },
  },
  {
    title: "what passes the console, and what a child writes, is in the log file",
    lines: `
      pm start raw.mjs -o out.log -e err.log --merge-logs
      until grep -qx raw out.log && grep -qx "from a child" out.log && grep -qx raw-error err.log`,
  },
  {
    title: "log lines of a regular expression",
    lines: `
      pm start tick.js --name one-a
      pm start said.js --name one-b
      pm start said.js --name two
      until pm logs '/one-(a|b)/' --nostream --lines 3 | grep -q one-b
      pm logs '/one-(a|b)/' --nostream --lines 3 | grep -q one-a
      ! pm logs '/one-(a|b)/' --nostream --lines 3 | grep -q "two"`,
  },
];
