/** Five fields (minute hour day month weekday), or six with seconds first: only the form. */
export const CRON_FORM = /^\s*[\d*,/\-a-zA-Z#?]+(?:\s+[\d*,/\-a-zA-Z#?]+){4,5}\s*$/u;
