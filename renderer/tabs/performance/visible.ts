import { type RefObject, useEffect, useState } from 'react';

/** True while an element is in the visible part of its scroll area, or nearly. */
export function useVisible(target: RefObject<HTMLElement | null>): boolean {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false), {
      rootMargin: '80px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [target]);
  return visible;
}
