import { useEffect, useRef, useState } from 'react';

import type { Fill, Point } from '../model/chart';
import { formatQuantity } from '../model/decimal';
import { useDark } from '../hooks/use_theme';
import type { Drawing } from './drawing';

interface Wish {
  readonly points: readonly Point[];
  readonly fills?: readonly Fill[];
  /** With scales and a crosshair; else a mere line. */
  readonly full?: boolean;
  readonly label: string;
}

/** A line of prices. The drawing library comes with the first chart on the page, not before. */
export function PriceChart({ points, fills, full = false, label }: Wish) {
  const box = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing>();
  const dark = useDark();
  useEffect(() => {
    let made: Drawing | undefined;
    let over = false;
    import('./drawing').then(
      ({ draw }) => {
        if (over || !box.current) return;
        made = draw(box.current, full);
        setDrawing(made);
      },
      () => undefined, // offline and never loaded: the figures stand without it
    );
    return () => {
      over = true;
      made?.remove();
      setDrawing(undefined);
    };
  }, [full]);
  useEffect(() => drawing?.colour(), [drawing, dark]);
  useEffect(() => drawing?.show(points), [drawing, points]);
  useEffect(() => drawing?.mark(fills ?? []), [drawing, fills, points]);
  return (
    <div
      ref={box}
      className={full ? 'chart full' : 'chart'}
      role="img"
      aria-label={`${label}: ${spoken(points)}${fills?.length ? `, ${fills.length} fills` : ''}`}
    />
  );
}

function spoken(points: readonly Point[]): string {
  const values = points.map((point) => point.value);
  const last = values[values.length - 1];
  if (last === undefined) return 'no prices yet';
  const text = (x: number) => formatQuantity(String(x));
  return `last ${text(last)}, lowest ${text(Math.min(...values))}, highest ${text(Math.max(...values))}`;
}
