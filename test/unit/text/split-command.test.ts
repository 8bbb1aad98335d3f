import { describe, expect, test } from "bun:test";
import { splitCommand, splitWords } from "../../../src/text/split-command.ts";

describe("a command becomes the words that a shell would make of it", () => {
  test.each<[text: string, words: readonly string[]]>([
    ["bun run src/server.ts", ["bun", "run", "src/server.ts"]],
    ["  bun \t run  start ", ["bun", "run", "start"]],
    ["node 'my server.js' \"--title=two words\"", ["node", "my server.js", "--title=two words"]],
    ["echo 'it'\\''s'", ["echo", "it's"]],
    ['echo "a\\"b" "c\\\\d" "\\e"', ["echo", 'a"b', "c\\d", "\\e"]],
    ["echo '' \"\"", ["echo", "", ""]],
    ["echo a\\ b", ["echo", "a b"]],
    ["echo '$HOME && $(id) | > *' ", ["echo", "$HOME && $(id) | > *"]],
    ['curl "http://localhost:3000/?a=1&b=2"', ["curl", "http://localhost:3000/?a=1&b=2"]],
    ["bun --port=3000 a#b x=y", ["bun", "--port=3000", "a#b", "x=y"]],
    ["bun run a \\\n --b", ["bun", "run", "a", "--b"]],
    ["echo {a} a{b}c @x %y ^z a~b", ["echo", "{a}", "a{b}c", "@x", "%y", "^z", "a~b"]],
    ["", []],
  ])("%p", (text, words) => {
    expect(splitCommand(text)).toEqual({ ok: true, words });
  });
});

describe("what only a shell could do is named", () => {
  test.each<[text: string, operator: string, what: string]>([
    ["bun a.ts && bun b.ts", "&&", "a chain of commands"],
    ["bun a.ts || true", "||", "a chain of commands"],
    ["bun a.ts|tee log", "|", "a pipe"],
    ["bun a.ts; bun b.ts", ";", "a separator of commands"],
    ["bun a.ts &", "&", "a start in the background"],
    ["bun a.ts\nbun b.ts", "line break", "a separator of commands"],
    ["bun a.ts > out.log", ">", "a redirection"],
    ["bun a.ts 2>&1", "2>&", "a redirection"],
    ["bun a.ts >> out.log", ">>", "a redirection"],
    ["bun a.ts < in", "<", "a redirection"],
    ["bun $(which x)", "$(", "a command substitution"],
    ['bun "$(which x)"', "$(", "a command substitution"],
    ["bun `which x`", "`", "a command substitution"],
    ["bun --port $PORT", "$PORT", "a variable"],
    ['bun "--port=${PORT:-3000}"', "${PORT:-3000}", "a variable"],
    ["bun src/*.ts", "*", "a pattern for file names"],
    ["bun src/?.ts", "?", "a pattern for file names"],
    ["bun src/[ab].ts", "[ab]", "a pattern for file names"],
    ["bun {a,b}.ts", "{a,b}", "a brace expansion"],
    ["(cd x; bun a.ts)", "(", "a subshell"],
    ["~/bin/server", "~", "somebody's home folder"],
    ["bun a.ts # the server", "#", "a comment"],
    ["PORT=3000 bun a.ts", "PORT=", "a variable set for one command"],
    ["bun 'a.ts", "'", "a quote that is not closed"],
    ['bun "a.ts', '"', "a quote that is not closed"],
  ])("%p", (text, operator, what) => {
    expect(splitCommand(text)).toEqual({ ok: false, operator, what });
  });
});

test.each<[text: string, words: readonly string[]]>([
  ["start --port 3000", ["start", "--port", "3000"]],
  ["--name 'two words' --title=\"a b\"", ["--name", "two words", "--title=a b"]],
  ["--match \\d+ C:\\x a\\ b", ["--match", "\\d+", "C:\\x", "a b"]],
  ["--glob *.ts > a && b $HOME", ["--glob", "*.ts", ">", "a", "&&", "b", "$HOME"]],
  ["it's", ["it's"]],
  ["", []],
])("arguments of a script are words and nothing else: %p", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
