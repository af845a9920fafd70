// Runs one command in its own process group and ends that group when whoever started us is gone: our standard input
// is a pipe from there, and it closes even when a test runner is killed without a chance to clean up.
import { spawn } from "node:child_process";

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
child.once("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once("exit", (code) => process.exit(code ?? 1));
process.stdin.on("end", endGroup).on("error", endGroup).resume();

function endGroup(): void {
  // We lead the group (started detached), so the negative id is exactly what was started here.
  process.kill(-process.pid, "SIGKILL");
}
