import { useEffect, useState } from 'react';

/** What is only scrolled past never pays for more than its figures. */
const restMs = 150;

/** True once the component has been on the page for a moment. */
export function useRested(): boolean {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), restMs);
    return () => clearTimeout(timer);
  }, []);
  return rested;
}
