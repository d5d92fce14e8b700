import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';

interface Wish {
  readonly ids: readonly string[];
  readonly label: string;
  /** Rows are measured; this is the first guess, in pixels. */
  readonly estimate: number;
  /** As many columns as fit; 0 = always one. */
  readonly columnWidth: number;
  readonly children: (id: string) => ReactNode;
}

/** A long list of which only what can be seen is on the page. Scrolls with the window. */
export function VirtualList({ ids, label, estimate, columnWidth, children }: Wish) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ columns: 1, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const columns = columnWidth > 0 ? Math.max(1, Math.floor(element.clientWidth / columnWidth)) : 1;
      const top = Math.round(element.getBoundingClientRect().top + window.scrollY);
      setPlace((old) => (old.columns === columns && old.top === top ? old : { columns, top }));
    };
    measure();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [columnWidth]);
  const { columns, top } = place;
  const rows = Math.ceil(ids.length / columns);
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => estimate,
    overscan: 4,
    scrollMargin: top,
    getItemKey: (row) => ids[row * columns] ?? row,
  });
  return (
    <div ref={box} role="list" aria-label={label} className="virtual">
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((row) => (
          <div
            key={row.key}
            ref={virtualizer.measureElement}
            data-index={row.index}
            role="presentation"
            className="row"
            style={{
              transform: `translateY(${row.start - top}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {ids.slice(row.index * columns, (row.index + 1) * columns).map((id, i) => (
              <div
                key={id}
                role="listitem"
                aria-setsize={ids.length}
                aria-posinset={row.index * columns + i + 1}
              >
                {children(id)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
