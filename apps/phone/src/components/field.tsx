import { useId } from 'react';

interface Wish {
  readonly label: string;
  readonly value: string;
  readonly problem?: string | undefined;
  readonly hint?: string;
  readonly numeric?: boolean;
  readonly list?: string;
  readonly onChange: (value: string) => void;
}

/** A text field whose problem is told where it is, once something has been typed. */
export function Field({ label, value, problem, hint, numeric = false, list, onChange }: Wish) {
  const id = useId();
  const wrong = problem !== undefined && value !== '';
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        list={list}
        inputMode={numeric ? 'decimal' : 'text'}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-invalid={wrong}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value.trim())}
      />
      <p id={`${id}-note`} className={wrong ? 'problem' : 'soft small'}>
        {wrong ? problem : hint}
      </p>
    </div>
  );
}
