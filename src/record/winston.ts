/** The packages that write the log: only a process that has lines to write loads them. */
export { createLogger, format } from "winston";
export { default as DailyRotateFile } from "winston-daily-rotate-file";
