#!/usr/bin/env bun
import { runWrapper } from "../src/cli/wrapper/main.ts";

// no top-level await: while one is pending, Bun does not end on an uncaught error
void runWrapper(process.argv.slice(2)).then((code) => process.exit(code));
