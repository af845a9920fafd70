/** Whether VS Code is set up for a screen reader: then nothing scrolls but the user, and what is done is spoken. */
export function usesScreenReader(): boolean {
  return document.body.classList.contains("vscode-using-screen-reader");
}
