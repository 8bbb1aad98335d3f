#!/usr/bin/env bun
import { runCli } from "../src/cli/main.ts";

// no top-level await: while one is pending, Bun does not end on an uncaught error
// exit(), not exitCode: a Worker that has ended keeps the process alive, about one time in four (Bun 1.4.5)
void runCli(process.argv.slice(2)).then((code) => process.exit(code));
