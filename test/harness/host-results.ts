/** What an in-host run proves: written to the file that `GLM_HOST_RESULTS` names. */
export type HostResults = { passed: number; failed: number; failures: string[]; vscodeVersion: string };

/** Begins every line that the in-host reporter prints: so the shim can tell them from VS Code's chatty console. */
export const testLineMark = "[test] ";
