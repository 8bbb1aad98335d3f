#!/usr/bin/env bun
import { runCli } from "../src/cli/main.ts";

// no top-level await: while one is pending, Bun does not end on an uncaught error
void runCli(process.argv.slice(2)).then((code) => (process.exitCode = code));
