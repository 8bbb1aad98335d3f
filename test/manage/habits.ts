/**
 * What fingers and scripts are used to from PM2, read from its public end-to-end scripts and said in our own words. Each line
 * is one for the shell and must end with 0; `pm` is the manager. `counts 2 'online'` and `until …` are waited for: what
 * `prettylist` prints matches so often, and a command ends with 0.
 */
export interface Habit {
  readonly title: string;
  readonly lines: string;
  /** Where bunctl does otherwise: what its own lines are, and why. */
  readonly ours?: { readonly lines: string; readonly what: string; readonly because: string };
}

export const HABITS: readonly Habit[] = [
  {
    title: "an app is started, stopped, restarted and deleted by its file",
    lines: `
      pm start tick.js
      counts 1 'online'
      pm stop tick.js
      counts 1 'stopped'
      pm restart tick.js
      counts 1 'online'
      pm delete tick.js
      counts 0 name: 'tick'`,
  },
  {
    title: "a file whose name begins with a number",
    lines: `
      pm start 001-idle.js
      counts 1 'online'
      pm stop 001-idle
      counts 1 'stopped'
      pm restart 001-idle
      counts 1 'online'`,
  },
  {
    title: "a second start of a file is refused, and -f adds another",
    lines: `
      pm start idle.js
      ! pm start idle.js
      counts 1 'online'
      pm start idle.js -f
      pm start idle.js -f
      counts 3 'online'
      ! pm stop 12412
      pm stop 0
      counts 1 'stopped'
      ! pm stop not-there.js
      pm stop idle
      counts 3 'stopped'`,
  },
  {
    title: "an app that is known is restarted by start",
    lines: `
      pm start idle.js
      counts 1 restart_time: 0
      pm stop idle
      pm start idle
      counts 1 'online'
      pm start idle
      counts 1 restart_time: 1
      pm start 0
      counts 1 restart_time: 2
      pm restart all
      counts 1 restart_time: 3`,
  },
  {
    title: "describe knows what is stopped, what runs, and what is not there",
    lines: `
      pm start idle.js
      pm describe 0
      pm stop 0
      pm describe idle
      ! pm describe nobody`,
  },
  {
    title: "what cannot be done ends with another code than 0",
    lines: `
      ! pm
      ! pm start not-there
      ! pm restart nobody
      ! pm restart 666
      ! pm restart all
      ! pm stop all
      ! pm delete 10
      ! pm delete nobody
      pm start idle.js
      ! pm kill extra
      counts 1 'online'`,
  },
  {
    title: "several apps in one line",
    lines: `
      pm start idle.js other.js third.js
      counts 3 'online'
      pm restart idle other third
      counts 3 restart_time: 1
      pm stop idle other third
      counts 3 'stopped'
      pm delete idle other third
      counts 0 'stopped'`,
  },
  {
    title: "regular expressions select",
    lines: `
      pm start idle.js --name echo-3
      pm start idle.js --name echo-1
      pm start idle.js --name echo-2
      pm stop /echo-[1,2]/
      counts 2 'stopped'
      counts 1 'online'
      pm stop /echo-3/
      counts 0 'online'
      pm restart /echo-[1,2]/
      counts 2 'online'`,
  },
  {
    title: "a name that is a number",
    lines: `
      pm start idle.js --name 455
      pm restart 455
      counts 1 restart_time: 1
      pm restart 0
      counts 1 restart_time: 2
      pm stop 455
      counts 1 'stopped'
      pm delete 455
      counts 0 name: '455'`,
  },
  {
    title: "a namespace selects",
    lines: `
      pm start idle.js --namespace shop
      pm start other.js
      pm stop shop
      counts 1 'stopped'
      counts 1 'online'`,
  },
  {
    title: "a pid file is there while its app runs",
    lines: `
      pm start idle.js -p idle.pid
      until kill -0 $(cat idle-0.pid)
      pm stop all
      until test ! -e idle-0.pid`,
    ours: {
      lines: `
        pm start idle.js -p idle.pid
        until kill -0 $(cat idle.pid)
        pm stop all
        until test ! -e idle.pid
        pm delete all
        pm start idle.js -p idle.pid -i 2
        until kill -0 $(cat idle-0.pid) && kill -0 $(cat idle-1.pid)`,
      what: "The pid file of an app with one instance has the name that you give; PM2 adds the app's id.",
      because:
        "The id changes with the order of starts. Where an app has several instances, their numbers are added.",
    },
  },
  {
    title: "pid, id and env",
    lines: `
      pm start idle.js --name one
      kill -0 $(pm pid)
      kill -0 $(pm pid one)
      test "$(pm id one | tr -d ' ')" = "[0]"
      pm env 0 | grep -q 'PWD: '`,
  },
  {
    title: "arguments behind -- are the app's",
    lines: `
      pm start arguments.js --merge-logs -o said.log -- --level=info --url=amqps://localhost word
      until grep -qxe --level=info said.log && grep -qxe word said.log
      grep -qxe --url=amqps://localhost said.log`,
  },
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
    title: "the shell's environment is kept until --update-env",
    lines: `
      SAID=one pm start said.js -o said.log --merge-logs
      until grep -q SAID=one said.log
      : >said.log
      SAID=two pm restart said
      until grep -q SAID= said.log
      ! grep -q SAID=two said.log
      SAID=two pm restart said --update-env
      until grep -q SAID=two said.log
      SAID=three pm reload said --update-env
      until grep -q SAID=three said.log`,
  },
  {
    title: "a file's environment is taken at each start of the file",
    lines: `
      pm start said.json
      until grep -q SAID=first said.log
      pm restart said-again.json
      until grep -q 'SAID={"deep":true}' said.log
      pm start said.json --env production
      until grep -q SAID=in-production said.log
      : >said.log
      pm reload said.json
      until grep -q SAID=first said.log`,
  },
  {
    title: "a command in quotes",
    lines: `
      SAID=yes pm start "node -e 'console.log(process.env.SAID); setInterval(() => {}, 1e6)'" -l line.log --merge-logs
      counts 1 'online'
      until grep -qx yes line.log
      SAID=again pm restart 0 --update-env
      counts 1 restart_time: 1
      until grep -qx again line.log
      pm delete all
      rm line.log
      pm start line.config.js
      until grep -qx in-a-file line.log`,
  },
  {
    title: "a shell script, and a program on PATH",
    lines: `
      pm start program.sh -o program.log --merge-logs
      counts 1 'fork_mode'
      until grep -q "from a shell script" program.log
      pm start sleep --name nap -- 1000
      counts 1 exec_interpreter: 'none'
      counts 2 'online'`,
  },
  {
    title: "instances: restart, reload, scale",
    lines: `
      pm start idle.js -i 2
      counts 2 'online'
      counts 2 exec_mode: 'cluster_mode'
      pm restart all
      counts 2 restart_time: 1
      pm restart idle.js
      counts 2 restart_time: 2
      pm reload idle
      counts 2 restart_time: 3
      pm scale idle 4
      counts 4 'online'
      pm scale idle +1
      counts 5 'online'
      pm scale idle 2
      counts 2 'online'`,
  },
  {
    title: "the numbers of instances",
    lines: `
      pm start numbers.json --only counted
      counts 1 NODE_APP_INSTANCE: 0
      counts 1 NODE_APP_INSTANCE: 1
      pm scale counted 4
      counts 1 NODE_APP_INSTANCE: 3
      pm delete all
      pm start numbers.json --only renamed
      counts 1 NUMBER: 1
      counts 0 NODE_APP_INSTANCE: 0
      pm delete all
      pm start numbers.json --only raised
      counts 2 PORT: 3000
      counts 2 PORT: 3001`,
  },
  {
    title: "a config file is a selection",
    lines: `
      pm start all.json
      counts 4 'online'
      pm start all.json
      counts 4 restart_time: 1
      pm restart all.json
      counts 4 restart_time: 2
      pm reload all.json
      counts 4 restart_time: 3
      pm stop all.json
      counts 4 'stopped'
      pm start all.json
      counts 4 'online'
      pm delete all.json
      counts 0 name:`,
  },
  {
    title: "restart and reload of a config file start what is not there",
    lines: `
      pm restart all.json
      counts 4 restart_time: 0
      pm delete all
      pm reload all.json
      counts 4 restart_time: 0
      counts 4 'online'`,
  },
  {
    title: "--only",
    lines: `
      pm start all.json --only tick
      counts 1 'online'
      pm start all.json --only other,idle
      counts 4 'online'
      pm restart all.json --only idle
      counts 2 restart_time: 1
      pm delete all.json --only idle
      counts 2 'online'`,
  },
  {
    title: "startOrRestart and startOrReload",
    lines: `
      pm startOrRestart all.json
      counts 4 'online'
      pm startOrRestart all.json
      counts 4 restart_time: 1
      pm startOrReload all.json
      counts 4 restart_time: 2`,
  },
  {
    title: "a config file by standard input, without a list, under pm2, in YAML",
    lines: `
      cat all.json | pm start -
      counts 4 'online'
      cat all.json | pm delete -
      counts 0 name:
      pm start under-pm2.json
      counts 2 'online'
      pm delete all
      pm start bare.json
      counts 1 'online'
      pm delete all
      pm start yaml.config.yaml
      counts 3 'online'`,
  },
  {
    title: "append_env_to_name",
    lines: `
      pm start named.json --env dev
      pm start named.json --env prod
      counts 2 'online'
      pm stop web-dev
      pm stop web-prod
      counts 2 'stopped'`,
  },
  {
    title: "dump, save and resurrect",
    lines: `
      pm start idle.js -i 2
      pm start tick.js
      pm dump
      pm save
      pm resurrect
      counts 3 'online'
      pm delete all
      pm resurrect
      counts 3 'online'
      pm kill
      pm resurrect
      counts 3 'online'`,
  },
  {
    title: "reset, by id, by name and of all",
    lines: `
      pm start idle.js -i 2
      pm restart 0
      counts 1 restart_time: 1
      pm reset 0
      counts 2 restart_time: 0
      pm restart idle
      pm reset idle
      counts 2 restart_time: 0
      pm restart all
      pm reset all
      counts 2 restart_time: 0`,
  },
  {
    title: "signals, by name and by id",
    lines: `
      pm start signal.js -o out.log --merge-logs
      until grep -q listening out.log
      pm sendSignal SIGUSR2 signal
      until grep -q SIGUSR2 out.log
      : >out.log
      pm sendSignal SIGUSR2 0
      until grep -q SIGUSR2 out.log`,
  },
  {
    title: "who is to stay down stays down",
    lines: `
      pm start ends.js --no-autorestart
      counts 1 'stopped'
      counts 1 restart_time: 0
      pm delete all
      pm start ends-42.js --stop-exit-codes 42
      counts 1 'stopped'
      counts 1 restart_time: 0
      pm delete all
      pm start stays-down.json
      counts 1 'stopped'
      counts 1 restart_time: 0`,
  },
  {
    title: "who ends is started again, by another stop exit code and after a delay",
    lines: `
      pm start ends-42.js --stop-exit-codes 34
      counts 0 restart_time: 0
      pm delete all
      pm start ends.js --restart-delay 50000
      counts 1 'waiting restart'
      counts 1 restart_time: 0`,
  },
  {
    title: "who fails too often is errored",
    lines: `
      pm start ends-42.js --max-restarts 3 --restart-delay 10
      counts 1 'errored'`,
  },
  {
    title: "an app is told to end by a message",
    lines: `
      pm start told.js --shutdown-with-message -o out.log --merge-logs
      until grep -q listening out.log
      pm stop told
      until grep -qx "ends by message shutdown" out.log
      ! grep -q SIG out.log`,
  },
  {
    title: "an app is told to end by a signal, once",
    lines: `
      pm start told.js -o out.log --merge-logs
      until grep -q listening out.log
      pm reload told
      until test $(grep -c "ends by SIG" out.log) = 1`,
  },
  {
    title: "--wait-ready",
    lines: `
      pm start ready.js --wait-ready
      counts 1 'online'
      pm start idle.js --wait-ready --listen-timeout 60000 >/dev/null 2>&1 &
      counts 1 'launching'`,
  },
  {
    title: "a memory limit, on the command line and in a file",
    lines: `
      PM2_WORKER_INTERVAL=500 pm start grows.js --max-memory-restart 150M
      counts 0 restart_time: 0
      pm delete all
      pm start limited.json
      counts 0 restart_time: 0`,
  },
  {
    title: "cron",
    lines: `
      ! pm start idle.js -c "* * * asdasd"
      pm start idle.js -c "* * * * * *"
      counts 0 restart_time: 0
      pm restart idle --cron-restart 0
      pm reset all
      counts 1 restart_time: 0`,
  },
  {
    title: "watched files",
    lines: `
      pm start watched.json
      counts 1 'online'
      until echo 1 >>sub/watched.txt; pm prettylist | grep -qE "restart_time: [1-9]"
      pm stop watched.json
      counts 1 watch: false
      pm restart watched.json
      counts 1 'online'`,
  },
  {
    title: "restart takes new options, a new name too",
    lines: `
      pm start idle.js
      pm restart idle.js --max-memory-restart 200M
      counts 1 max_memory_restart: 209715200
      counts 1 restart_time: 1
      pm restart 0 --name renamed
      pm restart renamed
      counts 1 restart_time: 3`,
    ours: {
      lines: `
        pm start idle.js
        pm restart idle.js --max-memory-restart 200M
        counts 1 max_memory_restart: 209715200
        counts 1 restart_time: 1
        ! pm restart 0 --name renamed`,
      what: "`restart` cannot give an app another name.",
      because: "An app is its name in its folder. Delete it, and start it with the other name.",
    },
  },
  {
    title: "the list is sorted",
    lines: `
      pm start third.js
      pm start idle.js
      pm list --sort=name | grep -oE "idle|third" | uniq | tr '\\n' ' ' | grep -q "idle third"
      pm list --sort=name:desc | grep -oE "idle|third" | uniq | tr '\\n' ' ' | grep -q "third idle"
      pm list --sort=id:desc | grep -oE "idle|third" | uniq | tr '\\n' ' ' | grep -q "idle third"`,
  },
  {
    title: "an app starts an app",
    lines: `
      pm start starts-another.mjs -o out.log --merge-logs
      until grep -qx "exit 0" out.log
      counts 2 'online'
      pm restart inner
      counts 2 'online'`,
  },
  {
    title: "switches of PM2 that change nothing are taken",
    lines: `
      pm start idle.js -x --no-vizion --no-pmx --no-automation --no-treekill
      counts 1 'online'
      pm -s stop idle
      counts 1 'stopped'
      pm -v`,
  },
];
