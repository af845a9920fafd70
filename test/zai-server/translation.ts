/** The languages of the phrase table, in its order. */
const languages = ["en", "zh", "fr", "de"] as const;
type Language = (typeof languages)[number];

/** Sentences that the simulator really knows. Ends of sentences are added when they are used. */
const phrases: readonly (readonly [string, string, string, string])[] = [
  ["Hello", "你好", "Bonjour", "Hallo"],
  ["Hello, world", "你好，世界", "Bonjour, le monde", "Hallo, Welt"],
  ["Good morning", "早上好", "Bonjour", "Guten Morgen"],
  ["Good evening", "晚上好", "Bonsoir", "Guten Abend"],
  ["Thank you", "谢谢", "Merci", "Danke"],
  ["How are you", "你好吗", "Comment allez-vous", "Wie geht es Ihnen"],
  ["Where is the station", "车站在哪里", "Où est la gare", "Wo ist der Bahnhof"],
  ["Please save the file", "请保存文件", "Veuillez enregistrer le fichier", "Bitte speichern Sie die Datei"],
  ["The build failed", "构建失败", "La compilation a échoué", "Der Build ist fehlgeschlagen"],
  ["The tests have passed", "测试已通过", "Les tests ont réussi", "Die Tests sind durchgelaufen"],
];

/** What a translation goes by. */
export interface TranslationOrder {
  /** A language code of the API, or `auto`. */
  readonly from: string;
  readonly to: string;
  /** Terms that win over the table. */
  readonly terms: ReadonlyMap<string, string>;
}

/**
 * Translates sentence by sentence: known ones by the table, terms by the glossary, and what is left is marked with the code of
 * the target, `[ja] like this`. White space and line ends stay.
 */
export function translate(text: string, order: TranslationOrder): string {
  return text.replace(/[^.!?。！？\n]+[.!?。！？]*/g, (piece) => {
    const [, before = "", core = "", end = "", after = ""] = /^(\s*)(.*?)([.!?。！？]*)(\s*)$/s.exec(piece) ?? [];
    return core === "" ? piece : `${before}${sentence(core, end, order)}${after}`;
  });
}

function sentence(core: string, end: string, { from, to, terms }: TranslationOrder): string {
  const target = familyOf(to);
  const known = target === undefined ? undefined : lookUp(core, from)?.[languages.indexOf(target)];
  if (known !== undefined && target !== undefined) return known + closing(end, target);
  let marked = core;
  for (const [term, wanted] of terms) marked = marked.replaceAll(term, wanted);
  return marked === core ? `[${to}] ${core}${end}` : `${marked}${end}`;
}

function lookUp(core: string, from: string): readonly string[] | undefined {
  const source = from === "auto" ? undefined : familyOf(from);
  if (from !== "auto" && source === undefined) return undefined;
  const wanted = core.toLowerCase().replace(/\s+/g, " ");
  return phrases.find((row) =>
    row.some(
      (phrase, index) => phrase.toLowerCase() === wanted && (source === undefined || languages[index] === source),
    ),
  );
}

function familyOf(code: string): Language | undefined {
  if (code === "zh-CN") return "zh";
  return languages.find((each) => each === code || (each === "en" && code.startsWith("en-")));
}

/** Chinese has wide marks, and French a space before the high ones. */
function closing(end: string, target: Language): string {
  const narrow = end.replace(/。/g, ".").replace(/！/g, "!").replace(/？/g, "?");
  if (target === "zh") return narrow.replace(/\./g, "。").replace(/!/g, "！").replace(/\?/g, "？");
  return target === "fr" ? narrow.replace(/[!?]+/, " $&") : narrow;
}

/** The pairs of a glossary: a line each, source and target parted by `=`, a tab or a comma. */
export function readTerms(glossary: string): Map<string, string> {
  return new Map(
    [...glossary.matchAll(/^([^=\t,\r\n]+?)\s*[=\t,]\s*([^\r\n]+?)\s*$/gm)].map(([, term = "", wanted = ""]) => [
      term.trim(),
      wanted,
    ]),
  );
}

/** Why a translation is what it is, for the strategy that explains itself, in the language of either side. */
export function explain(text: string, { from, to }: TranslationOrder, side: "from" | "to"): string {
  const code = side === "to" ? to : from;
  const chinese = code === "auto" ? /[\u4e00-\u9fff]/.test(text) : code.startsWith("zh");
  return chinese
    ? `理由：原文共 ${Array.from(text).length} 个字符，按句翻译为 ${to}。`
    : `Reason: the source has ${Array.from(text).length} characters and was translated into ${to} sentence by sentence.`;
}
