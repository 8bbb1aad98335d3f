/** Names, selections, options, and what the list says. */
import type { Habit } from "./habit.ts";

export const COMMANDS: readonly Habit[] = [
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
    title: "switches of PM2 that change nothing are taken",
    lines: `
      pm start idle.js -x --no-vizion --no-pmx --no-automation --no-treekill
      counts 1 'online'
      pm -s stop idle
      counts 1 'stopped'
      pm -v`,
  },
  {
    title: "a program that cannot be in a cluster is not said to be in one",
    lines: `
      pm start program.sh -i 2
      counts 2 'online'
      counts 2 'fork_mode'`,
  },
  {
    title: "TypeScript, a file without an ending, and a number of instances below 1",
    lines: `
      pm start typed.ts -o typed.log --merge-logs
      until grep -qx typed typed.log
      pm start no-ending
      counts 2 'online'
      pm delete all
      pm start idle.js -i -100
      counts 1 'online'`,
  },
  {
    title: "PM2's way to write options",
    lines: `
      pm start idle.js --watch --ignore-watch="node_modules logs" --no-color
      pm restart idle --parallel 2 -a
      counts 1 restart_time: 1
      pm save --force
      pm delete all --silent`,
  },
  {
    title: "what reads the list as JSON finds numbers, texts and lists",
    lines: `
      pm start idle.js -i 2 --max-memory-restart 300M
      pm jlist | tail -n 1 | node reads-list.mjs`,
  },
  {
    title: "other names of commands, and a new daemon in the place of the old",
    lines: `
      pm startOrGracefulReload all.json
      pm l && pm ls && pm ps && pm status && pm list
      pm desc tick && pm info tick && pm show tick
      pm del tick
      counts 3 'online'
      pm ping
      pm update
      counts 3 'online'
      pm updatePM2
      counts 3 'online'`,
  },
];
