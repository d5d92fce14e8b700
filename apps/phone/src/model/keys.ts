/**
 * Keys of the Realtime Database, as the floor's `escape_key` makes them: each of . # $ [ ] / %,
 * control characters and DEL becomes "%" and two upper-case hex digits; the empty text is "%".
 */
export function escapeKey(text: string): string {
  if (text === '') return '%';
  return text.replace(/[.#$[\]/%\x00-\x1f\x7f]/g, (c) => {
    return '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
  });
}

/** The inverse. A key that `escapeKey` cannot have made stays as it is: it is only shown. */
export function unescapeKey(key: string): string {
  if (key === '%') return '';
  const plain = key.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return escapeKey(plain) === key ? plain : key;
}

/** A path of the database from its plain parts. */
export function pathOf(...parts: string[]): string {
  return parts.map(escapeKey).join('/');
}
