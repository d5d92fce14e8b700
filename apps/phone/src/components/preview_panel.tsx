import type { Preview } from '../model/preview';

const shownAtOnce = 8;

/** What is likely to happen, to whom. */
export function PreviewPanel({ preview }: { preview: Preview }) {
  const first = preview.lines.filter((line) => line.expected !== 'ignores').slice(0, shownAtOnce);
  const rest = preview.lines.filter((line) => !first.includes(line));
  const list = (lines: Preview['lines']) => (
    <ul className="forecasts">
      {lines.map((line) => (
        <li key={line.botId} className={line.expected}>
          <strong>{line.ticker}</strong> {line.says}
        </li>
      ))}
    </ul>
  );
  return (
    <section className="card" aria-labelledby="preview">
      <h2 id="preview">What will happen</h2>
      <p role="status">{`${preview.headline}.`}</p>
      {list(first)}
      {rest.length > 0 ? (
        <details>
          <summary>{`${rest.length} more`}</summary>
          {list(rest)}
        </details>
      ) : null}
    </section>
  );
}
