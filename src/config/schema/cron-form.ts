/** Five or six fields, as far as their characters go; whether it is a time that comes, Bun says. */
export const CRON_FORM = /^\s*[\d*,/\-a-zA-Z#?]+(?:\s+[\d*,/\-a-zA-Z#?]+){4,5}\s*$/u;
