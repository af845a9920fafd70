/** True while an input method owns the key. 229 is what a browser reports for keys that it has swallowed. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
