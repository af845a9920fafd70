/** What one suite of `npm test` came to. */
export type SuiteResult = {
  name: string;
  passed: number;
  failed: number;
  /** One text per failure: full title and reason. */
  failures: string[];
  milliseconds: number;
};

/** A suite that cannot prove that it ran anything has failed, whatever its exit code says. */
export function noProof(name: string, why: string, milliseconds = 0): SuiteResult {
  return { name, passed: 0, failed: 1, failures: [why], milliseconds };
}
