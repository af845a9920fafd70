interface Level {
  readonly folders: Map<string, Level>;
  readonly files: string[];
}

const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Names below a folder as an indented tree, folders first. Cut after `maxLines`, saying how many files are left out.
 * @param paths From the folder, with `/`.
 */
export function treeOf(name: string, paths: readonly string[], maxLines = 400): string {
  const root: Level = { folders: new Map(), files: [] };
  for (const path of paths) {
    const parts = path.split("/");
    const file = parts.pop();
    let level = root;
    for (const part of parts) {
      const next: Level = level.folders.get(part) ?? { folders: new Map(), files: [] };
      level.folders.set(part, next);
      level = next;
    }
    if (file !== undefined) level.files.push(file);
  }
  const lines: string[] = [];
  let shown = 0;
  const write = (level: Level, indent: string) => {
    for (const [folder, below] of [...level.folders].sort(([one], [other]) => order.compare(one, other))) {
      if (lines.length >= maxLines) return;
      lines.push(`${indent}${folder}/`);
      write(below, `${indent}  `);
    }
    for (const file of level.files.toSorted((one, other) => order.compare(one, other))) {
      if (lines.length >= maxLines) return;
      lines.push(`${indent}${file}`);
      shown += 1;
    }
  };
  write(root, "  ");
  if (shown < paths.length) lines.push(`  … and ${paths.length - shown} more files`);
  return [`${name}/`, ...lines].join("\n");
}
