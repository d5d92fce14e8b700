/** A decimal as the floor writes it, for sorting and drawing only; what is shown is the text. */
export function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const x = Number(text);
  return Number.isFinite(x) ? x : undefined;
}

/** The text of a decimal field, which may be a number too; undefined for anything else. */
export function decimalText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return value;
  return undefined;
}

/** At least two places, all that are there, thousands apart: "1,234.50", "0.00012". */
export function formatDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', places = ''] = match;
  const trimmed = places.replace(/0+$/, '').padEnd(2, '0');
  return `${sign === '-' ? '\u2212' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${trimmed}`;
}

/** To the cent, half away from zero, and with its sign: "+12.40". Without binary fractions. */
export function formatProfit(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', places = ''] = match;
  let cents = BigInt(whole + places.slice(0, 2).padEnd(2, '0'));
  if ((places[2] ?? '0') >= '5') cents += 1n;
  const digits = String(cents).padStart(3, '0');
  const rounded = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  if (cents === 0n) return '0.00';
  return (sign === '-' ? '\u2212' : '+') + formatDecimal(rounded);
}

/** A quantity: no places where there are none. */
export function formatQuantity(text: string): string {
  return formatDecimal(text).replace(/\.(\d*?)0+$/, (_, kept: string) => (kept ? `.${kept}` : ''));
}

export type Sign = 'gain' | 'loss' | 'even';

export function signOf(text: string | undefined): Sign {
  const x = toNumber(text) ?? 0;
  return x > 0 ? 'gain' : x < 0 ? 'loss' : 'even';
}
