/** Numbers as a table shows them: three digits that mean something, and the unit. */

/** Three significant digits, no exponent. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return "–";
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString("en", {
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.min(6, Math.max(0, 2 - magnitude)),
  });
};

export const ms = (value: number): string => `${digits(value)} ms`;
export const us = (value: number): string => `${digits(value)} µs`;
export const times = (value: number): string => `${digits(value)}×`;
export const percent = (value: number): string => `${digits(value)} %`;
/** Decimal megabytes of kibibytes would confuse: 1 MB here is 2^20 bytes, as in the configuration. */
export const megabytes = (bytes: number): string => `${digits(bytes / 1_048_576)} MB`;
