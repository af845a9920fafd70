import { describeCode, type Features } from "./analyse.ts";
import { blockToFix, isChinese, readPrompt, type CodeBlock } from "./context.ts";
import { repair } from "./fixer.ts";
import type { Message, Picture } from "./messages.ts";
import type { ChatRequest } from "./validate.ts";

/** What the model thinks and says. */
export interface Spoken {
  readonly reasoning: string;
  readonly content: string;
}

/** Reads the text in a picture; given by the caller, so that a chat without pictures loads no recognition. */
export type ReadPicture = (picture: Picture) => Promise<string>;

/** Composes an answer out of what was sent: the question, its attachments, the history, tool results and pictures. */
export async function composeReply(
  request: ChatRequest,
  readPicture: ReadPicture,
  found: readonly { title: string; link: string; refer: string }[],
): Promise<Spoken> {
  const users = request.messages.filter(({ role }) => role === "user");
  const last = users.at(-1);
  const prompt = readPrompt((last?.text ?? "").replace(/#(?:scenario|tool):\S+/g, "").trim());
  const system = request.messages
    .filter(({ role }) => role === "system")
    .map(({ text }) => text)
    .join("\n");
  // "Answer in Chinese" is an order; "when unclear, use Chinese" is for questions without words.
  const ordered = /(?:answer|reply|respond) in (?:simplified )?chinese|用(?:简体)?中文回答/i.test(system);
  const preferred = /简体中文|simplified chinese|zh-cn/i.test(system) && !/[a-z]{3}/i.test(prompt.question);
  const zh = isChinese(prompt.question) || ordered || preferred;
  const target = blockToFix(prompt);
  if (target !== undefined) {
    const around = prompt.blocks
      .filter((block) => block !== target)
      .map(({ code }) => code)
      .join("\n");
    return fixReply(target, prompt.question, around, zh);
  }
  if (request.json) return jsonReply(prompt.question, prompt.blocks);
  const pictures = await Promise.all(
    (last?.pictures ?? []).map((picture) => describePicture(picture, readPicture, zh)),
  );
  const parts = [
    heading(prompt.question, prompt.blocks, zh),
    quote(prompt.question, zh),
    ...toolParts(request.messages, zh),
    ...found.map(({ title, link, refer }) => `- [${title}](${link}) [${refer}]`),
    ...pictures,
    ...historyPart(users, zh),
    ...(prompt.blocks.length === 0
      ? [plainBody(prompt.question, zh)]
      : prompt.blocks.map((block) => codeBody(block, zh))),
  ];
  return {
    reasoning: thoughts(prompt.question, prompt.blocks, zh),
    content: parts.filter((part) => part !== "").join("\n\n"),
  };
}

const where = ({ path, firstLine, lastLine }: CodeBlock): string =>
  path === undefined ? "" : firstLine === undefined ? path : `${path}:${firstLine}-${lastLine ?? firstLine}`;

/** Cuts text for a heading or a quotation without cutting a character in two. */
const shorten = (text: string, length: number): string => {
  const flat = text.replace(/\s+/g, " ").trim();
  return Array.from(flat).length <= length ? flat : `${Array.from(flat).slice(0, length).join("")}…`;
};

function thoughts(question: string, blocks: readonly CodeBlock[], zh: boolean): string {
  const names = blocks
    .map(where)
    .filter((name) => name !== "")
    .join(", ");
  if (zh)
    return `用户的问题是：“${shorten(question, 80)}”。${names === "" ? "没有附带代码。" : `附带了 ${names}。`}先看清楚内容，再分点回答。`;
  return (
    `The user asks: "${shorten(question, 80)}". ${names === "" ? "No code is attached. " : `Attached: ${names}. `}` +
    "I will look at what was sent first and then answer point by point."
  );
}

function heading(question: string, blocks: readonly CodeBlock[], zh: boolean): string {
  const name = blocks[0] === undefined ? "" : where(blocks[0]);
  if (name !== "") return zh ? `## 关于 \`${name}\`` : `## About \`${name}\``;
  const first = shorten(question.split("\n").find((line) => line.trim() !== "") ?? "", 60);
  return `## ${first === "" ? (zh ? "回答" : "Answer") : first.replace(/[#`*_[\]<>]/g, "")}`;
}

function quote(question: string, zh: boolean): string {
  if (question === "") return "";
  return zh ? `你的问题是：“${shorten(question, 300)}”` : `You asked: “${shorten(question, 300)}”`;
}

function historyPart(users: readonly Message[], zh: boolean): string[] {
  const first = users[0];
  if (users.length < 2 || first === undefined) return [];
  const text = shorten(readPrompt(first.text).question, 80);
  return [
    zh
      ? `这是本次对话的第 ${users.length} 个问题，第一个是：“${text}”。`
      : `This is question ${users.length} of our conversation; the first was: “${text}”.`,
  ];
}

function toolParts(messages: readonly Message[], zh: boolean): string[] {
  const results: Message[] = [];
  for (const message of messages.toReversed()) {
    if (message.role === "user") break;
    if (message.role === "tool") results.unshift(message);
  }
  return results.map(({ text }) => `${zh ? "工具返回了：" : "The tool returned:"}\n\n> ${shorten(text, 200)}`);
}

async function describePicture(picture: Picture, readPicture: ReadPicture, zh: boolean): Promise<string> {
  const text = (await readPicture(picture)).trim();
  const size = `${picture.kind.toUpperCase()}, ${picture.width} × ${picture.height}`;
  if (text === "")
    return zh ? `图片（${size}）里没有可识别的文字。` : `The picture (${size}) holds no text that I can read.`;
  const lines = text
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
  return `${zh ? `图片（${size}）里的文字：` : `The picture (${size}) says:`}\n\n${lines}`;
}

function codeBody(block: CodeBlock, zh: boolean): string {
  const features = describeCode(block.code, block.language);
  // Lines are named as the editor counts them.
  const offset = (block.firstLine ?? 1) - 1;
  const sample = block.code.split(/\r?\n/).slice(0, 8).join("\n");
  const fence = longerFence(sample);
  const bugs = repair(block.code, block.language).notes;
  return [
    table(features, offset, zh),
    points(features, block, offset, zh),
    bugs.length === 0
      ? ""
      : [
          zh ? "可能的问题：" : "What looks wrong:",
          "",
          ...bugs.map(
            ({ line, why }, index) =>
              `${index + 1}. ${zh ? `第 ${line + offset} 行：${why.zh}` : `Line ${line + offset}: ${why.en}`}`,
          ),
        ].join("\n"),
    `${fence}${block.language}\n${sample}\n${fence}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function table({ functions, lines, branches }: Features, offset: number, zh: boolean): string {
  if (functions.length === 0) {
    return [
      zh ? "| 项目 | 值 |" : "| Item | Value |",
      "|---|---|",
      `| ${zh ? "行" : "Lines"} | ${lines} |`,
      `| ${zh ? "分支" : "Branches"} | ${branches} |`,
    ].join("\n");
  }
  const rows = functions
    .slice(0, 12)
    .map(
      ({ name, params, line, isAsync }) =>
        `| \`${name}\` | ${params.trim() === "" ? "–" : `\`${shorten(params, 60).replace(/\|/g, "\\|")}\``} | ${line + offset} | ${isAsync ? "async" : "–"} |`,
    );
  return [
    zh ? "| 函数 | 参数 | 行 | 类型 |" : "| Function | Parameters | Line | Kind |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function points(features: Features, { language }: CodeBlock, offset: number, zh: boolean): string {
  const { loops, imports, classes, branches, awaits, returns, lines } = features;
  const spots = loops
    .map(({ kind, line }) => (zh ? `\`${kind}\`（第 ${line + offset} 行）` : `\`${kind}\` on line ${line + offset}`))
    .join(", ");
  const list = zh
    ? [
        `共 **${lines}** 行 ${language} 代码`,
        loops.length > 0 && `循环：${spots}`,
        branches > 0 && `${branches} 个条件分支`,
        awaits > 0 && `${awaits} 处 \`await\``,
        returns > 0 && `${returns} 处 \`return\``,
        classes.length > 0 && `类型：${classes.join(", ")}`,
        imports.length > 0 && `导入：${imports.join(", ")}`,
      ]
    : [
        `**${lines}** lines of ${language === "" ? "code" : language}`,
        loops.length > 0 && `loops: ${spots}`,
        branches > 0 && `${branches} branches`,
        awaits > 0 && `${awaits} × \`await\``,
        returns > 0 && `${returns} × \`return\``,
        classes.length > 0 && `types: ${classes.join(", ")}`,
        imports.length > 0 && `imports: ${imports.join(", ")}`,
      ];
  return list
    .filter((item) => item !== false)
    .map((item) => `- ${item}`)
    .join("\n");
}

function plainBody(question: string, zh: boolean): string {
  const python = /\bpython\b|\.py\b/i.test(question);
  const said = JSON.stringify(shorten(question, 60));
  const sample = python ? `\`\`\`python\nprint(${said})\n\`\`\`` : `\`\`\`ts\nconsole.log(${said});\n\`\`\``;
  const names = [...new Set(question.match(/[A-Za-z_$][\w$]{3,}|[\u4e00-\u9fff]{2,6}/g) ?? [])].slice(0, 5);
  const rows = zh
    ? [
        "| 项目 | 值 |",
        "|---|---|",
        `| 字符数 | ${Array.from(question).length} |`,
        `| 行数 | ${question.split("\n").length} |`,
      ]
    : [
        "| Item | Value |",
        "|---|---|",
        `| Characters | ${Array.from(question).length} |`,
        `| Lines | ${question.split("\n").length} |`,
      ];
  const list = names.map((name) => `- **${name}**`).join("\n");
  const close = zh
    ? "没有附带文件，因此这里只复述了问题。附上文件可以得到更具体的回答。"
    : "No file came with the question, so this only restates it. Attach one for a closer look.";
  return [list === "" ? (zh ? "- 没有关键词" : "- no key words") : list, rows.join("\n"), sample, close].join("\n\n");
}

function fixReply(block: CodeBlock, question: string, around: string, zh: boolean): Spoken {
  const { code, notes } = repair(block.code, block.language, question, around);
  const newline = block.code.includes("\r\n") ? "\r\n" : "\n";
  // The request fenced its code so that nothing inside closes the fence; the answer does the same.
  const fence = block.fence;
  const said = notes.map(({ line, why }) => (zh ? `第 ${line} 行：${why.zh}` : `line ${line}: ${why.en}`));
  const reasoning = zh
    ? `需要修复 ${where(block)}。${said.length === 0 ? "没有发现明显的问题。" : said.join("；")}`
    : `I have to repair ${where(block)}. ${said.length === 0 ? "Nothing stands out." : said.join("; ")}`;
  return { reasoning, content: `${fence}${block.language}${newline}${code}${newline}${fence}` };
}

/** A fence that no line of the code can close. */
function longerFence(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/^\s*(`{3,})/gm)].map((match) => match[1]?.length ?? 0));
  return "`".repeat(Math.max(3, longest + 1));
}

function jsonReply(question: string, blocks: readonly CodeBlock[]): Spoken {
  const content = JSON.stringify({ answer: shorten(question, 200), attachments: blocks.map(where) });
  return { reasoning: "A JSON object is wanted.", content };
}
