import temml from "temml";

/** The part of temml's tree that is read. It is made of plain objects, so that nothing of it has to be parsed again. */
interface MathNode {
  readonly type?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly classes?: readonly string[];
  readonly style?: Readonly<Record<string, string>>;
  readonly children?: readonly MathNode[];
}

/** Elements of MathML that show something and do nothing. */
const elements = new Set(
  (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts " +
    "mprescripts mpadded mphantom mstyle menclose mtable mtr mtd none"
  ).split(" "),
);

/** Attributes that lay out. None can name an address, run something or choose a colour: those are the theme's. */
const attributes = new Set(
  (
    "display displaystyle scriptlevel mathvariant fence form separator stretchy symmetric largeop movablelimits accent " +
    "accentunder linethickness columnspan rowspan notation"
  ).split(" "),
);
/** The same, but lengths: a formula must not reach over what stands around it. */
const lengths = new Set("lspace rspace minsize maxsize width height depth voffset".split(" "));
const longestLength = 20;

/** Classes that the style sheet knows. */
const classes = new Set(
  "tml-left tml-right tml-jot tml-small tml-overline tml-underline tml-cancel upstrike downstrike sout tml-fbox".split(
    " ",
  ),
);

const mathNamespace = "http://www.w3.org/1998/Math/MathML";
/** Deeper ones overflow a browser's stack or nobody's mind. */
const deepest = 200;
const mostNodes = 1_000;

/** A formula as an element, or undefined when it is not TeX that the library knows. */
export function toMathML(tex: string, display: boolean): Element | undefined {
  const options = {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    // In em and pt.
    maxSize: [longestLength, longestLength * 10] as [number, number],
    maxExpand: 200,
    // Definitions must not live on in the next formula.
    macros: {},
  };
  try {
    const budget = { nodes: mostNodes };
    // oxlint-disable-next-line no-underscore-dangle -- the library's own name for what comes before its markup.
    const tree: unknown = temml.__renderToMathMLTree(tex, options);
    const [element] = isNode(tree) ? copy(tree, 0, budget) : [];
    return element instanceof Element ? element : undefined;
  } catch {
    return undefined;
  }
}

function isNode(value: unknown): value is MathNode {
  return typeof value === "object" && value !== null;
}

/** Builds only what is listed above; of anything else the children stay. Styles are left out: the page's policy refuses them. */
function copy(node: MathNode, depth: number, budget: { nodes: number }): Node[] {
  if (--budget.nodes < 0 || depth > deepest) throw new RangeError("the formula is too large");
  if (node.text !== undefined) return [new Text(node.text)];
  const children = (node.children ?? []).flatMap((child) => copy(child, depth + 1, budget));
  if (node.type === undefined || !elements.has(node.type)) {
    if (node.type !== "span" || children.length > 0) return children;
    // A line through the formula.
    const line = document.createElement("span");
    line.className = known(node.classes);
    return line.className === "" ? [] : [line];
  }
  const element = document.createElementNS(mathNamespace, node.type);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    const text = String(value);
    if (attributes.has(name) || (lengths.has(name) && isShort(text))) element.setAttribute(name, text);
  }
  const box = node.style?.["border"] === undefined ? "" : "tml-fbox";
  // Named here, as a style sheet that looks for what holds a line makes every new element of the page costly.
  const struck = children.some((child) => child instanceof HTMLElement) ? "struck" : "";
  const kind = [known(node.classes), box, struck].filter((name) => name !== "").join(" ");
  if (kind !== "") element.setAttribute("class", kind);
  element.append(...children);
  return [element];
}

function known(names: readonly string[] | undefined): string {
  return (names ?? [])
    .flatMap((name) => name.split(" "))
    .filter((name) => classes.has(name))
    .join(" ");
}

function isShort(length: string): boolean {
  const number = Number.parseFloat(length);
  return Number.isNaN(number) || Math.abs(number) <= longestLength * (/(?:px|pt)$/.test(length) ? 10 : 1);
}
