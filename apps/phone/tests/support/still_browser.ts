/** What jsdom has not and the page asks for. A window of a phone's size that never moves. */
export function still(): void {
  window.matchMedia = (media: string) =>
    ({
      media,
      matches: false,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
  window.scrollTo = () => undefined;
  Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { get: () => 200 });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => 360 });
}
