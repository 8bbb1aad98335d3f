/** What fingers and scripts are used to from PM2. */
import { COMMANDS } from "./habits/commands.ts";
import { CONFIG_FILES } from "./habits/config-files.ts";
import type { Habit } from "./habits/habit.ts";
import { LIFE } from "./habits/life.ts";
import { LOGS } from "./habits/logs.ts";

export const HABITS: readonly Habit[] = [...COMMANDS, ...CONFIG_FILES, ...LIFE, ...LOGS];
