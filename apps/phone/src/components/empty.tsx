import type { ReactNode } from 'react';

/** Says plainly that there is nothing, or not yet. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
