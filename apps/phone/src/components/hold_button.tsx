import { useEffect, useId, useRef, useState } from 'react';

export const holdMs = 1200;

interface Wish {
  /** What is typed instead of holding, such as STOP ALL. */
  readonly word: string;
  readonly label: string;
  readonly disabled: boolean;
  readonly onDone: () => void;
}

/**
 * For what must be wished twice: the button is held, by pointer or by key, or the word is typed. A
 * mere tap does nothing and says so.
 */
export function HoldButton({ word, label, disabled, onDone }: Wish) {
  const [holding, setHolding] = useState(false);
  const [hint, setHint] = useState('');
  const [typed, setTyped] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const hintId = useId();
  const release = (said = '') => {
    if (timer.current !== undefined && said) setHint(said);
    clearTimeout(timer.current);
    timer.current = undefined;
    setHolding(false);
  };
  const press = () => {
    if (disabled || timer.current !== undefined) return;
    setHint('');
    setHolding(true);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setHolding(false);
      onDone();
    }, holdMs);
  };
  // What becomes disabled under the finger is let go.
  useEffect(() => {
    if (!disabled) return;
    clearTimeout(timer.current);
    timer.current = undefined;
  }, [disabled]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tooShort = 'Held too briefly; nothing was sent.';
  return (
    <div className="hold">
      <button
        type="button"
        className={holding && !disabled ? 'danger holding' : 'danger'}
        disabled={disabled}
        aria-describedby={hintId}
        onPointerDown={(event) => event.button === 0 && press()}
        onPointerUp={() => release(tooShort)}
        onPointerLeave={() => release(tooShort)}
        onPointerCancel={() => release(tooShort)}
        onKeyDown={(event) => (event.key === ' ' || event.key === 'Enter') && press()}
        onKeyUp={() => release(tooShort)}
        onBlur={() => release()}
        onClick={(event) => {
          // A click without pointer or key is a screen reader's: it cannot hold.
          if (event.detail === 0 && timer.current === undefined && hint === '')
            setHint(`Hold the button, or type ${word} below.`);
        }}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span className="fill" aria-hidden="true" />
        <span className="label">{`Hold: ${label}`}</span>
      </button>
      <p id={hintId} role="status" className="hint">
        {hint || 'Hold the button for a moment.'}
      </p>
      <form
        className="typed"
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled && typed.trim().toUpperCase() === word) onDone();
          else setHint(`Type ${word} to confirm.`);
        }}
      >
        <label>
          {`or type ${word}`}
          <input
            value={typed}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button
          type="submit"
          className="danger"
          disabled={disabled || typed.trim().toUpperCase() !== word}
        >
          Send
        </button>
      </form>
    </div>
  );
}
