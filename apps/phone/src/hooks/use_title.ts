import { useEffect, useRef, type RefObject } from 'react';

/**
 * Names the page, and gives its heading the focus when one comes to it from another page, so that a
 * screen reader says where it is.
 */
export function useTitle(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} \u00b7 Outcry`;
  }, [title]);
  useEffect(() => {
    if (document.body.dataset['arrived'] === 'yes') heading.current?.focus({ preventScroll: true });
    document.body.dataset['arrived'] = 'yes';
  }, []);
  return heading;
}
