import { formatProfit, signOf } from '../model/decimal';

/** One profit figure with its name; nothing where the floor does not say it. */
export function Figure({ name, text }: { name: string; text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className={signOf(text)}>{formatProfit(text)}</dd>
    </div>
  );
}
