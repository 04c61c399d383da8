type Json = Readonly<Record<string, unknown>>;

const MAX_BLOCKS = 50;
/** https://docs.slack.dev/reference/block-kit/blocks: lengths in characters, counts of elements. */
const LIMITS = {
  blockId: 255,
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  contextElements: 10,
  contextText: 2000,
  actionElements: 25,
  buttonText: 75,
  value: 2000,
  url: 3000,
  actionId: 255,
  altText: 2000,
  markdown: 12_000,
};

const ACTION_ELEMENTS = [
  ...["button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "radio_buttons", "overflow"],
  ...["static_select", "external_select", "users_select", "conversations_select", "channels_select"],
  ...["multi_static_select", "multi_users_select", "workflow_button"],
];

/** Collects what is wrong, each problem with the JSON pointer where it is. */
class Problems {
  readonly found: string[] = [];

  add(problem: string, pointer: string): void {
    this.found.push(`${problem} [json-pointer:${pointer}]`);
  }

  text(value: unknown, max: number, pointer: string, types: readonly string[]): void {
    const object = asObject(value);
    if (!object) this.add("missing required field: text", pointer);
    else if (!types.includes(String(object.type)))
      this.add(`must be ${types.join(" or ")}`, `${pointer}/type`);
    else this.string(object.text, max, `${pointer}/text`);
  }

  string(value: unknown, max: number, pointer: string): void {
    if (typeof value !== "string") this.add("missing required field", pointer);
    else if (value.length === 0) this.add("must be more than 0 characters", pointer);
    else if (value.length > max) this.add(`must be less than ${max + 1} characters`, pointer);
  }

  optionalString(value: unknown, max: number, pointer: string): void {
    if (value !== undefined) this.string(value, max, pointer);
  }
}

/** What Slack would refuse in a message's blocks; empty when nothing. */
export function blockProblems(blocks: unknown): string[] {
  const problems = new Problems();
  if (!Array.isArray(blocks)) return ["must be an array [json-pointer:/blocks]"];
  if (blocks.length > MAX_BLOCKS) problems.add(`no more than ${MAX_BLOCKS} items allowed`, "/blocks");
  const ids = new Set<string>();
  for (const [i, block] of blocks.entries()) {
    const pointer = `/blocks/${i}`;
    const object = asObject(block);
    if (!object) {
      problems.add("must be an object", pointer);
      continue;
    }
    problems.optionalString(object.block_id, LIMITS.blockId, `${pointer}/block_id`);
    if (typeof object.block_id === "string") {
      if (ids.has(object.block_id)) problems.add("`block_id` already exists", `${pointer}/block_id`);
      ids.add(object.block_id);
    }
    checkBlock(object, pointer, problems);
  }
  return problems.found;
}

function checkBlock(block: Json, pointer: string, problems: Problems): void {
  switch (block.type) {
    case "section":
      checkSection(block, pointer, problems);
      break;
    case "header":
      problems.text(block.text, LIMITS.header, `${pointer}/text`, ["plain_text"]);
      break;
    case "context":
      checkElements(block, pointer, problems, LIMITS.contextElements, checkContextElement);
      break;
    case "actions":
      checkElements(block, pointer, problems, LIMITS.actionElements, checkAction);
      break;
    case "image":
      checkImage(block, pointer, problems);
      break;
    case "markdown":
      problems.string(block.text, LIMITS.markdown, `${pointer}/text`);
      break;
    case "rich_text":
      if (!Array.isArray(block.elements)) problems.add("missing required field: elements", pointer);
      break;
    case "divider":
    case "file":
    case "video":
    case "table":
      break;
    default:
      problems.add(`unsupported type: ${String(block.type)}`, `${pointer}/type`);
  }
}

function checkSection(block: Json, pointer: string, problems: Problems): void {
  if (block.text === undefined && block.fields === undefined)
    problems.add("missing required field: text or fields", pointer);
  if (block.text !== undefined)
    problems.text(block.text, LIMITS.section, `${pointer}/text`, ["plain_text", "mrkdwn"]);
  if (block.fields !== undefined) {
    const fields = Array.isArray(block.fields) ? block.fields : [];
    if (fields.length === 0) problems.add("no less than 1 items allowed", `${pointer}/fields`);
    if (fields.length > LIMITS.fields)
      problems.add(`no more than ${LIMITS.fields} items allowed`, `${pointer}/fields`);
    for (const [i, field] of fields.entries()) {
      problems.text(field, LIMITS.field, `${pointer}/fields/${i}`, ["plain_text", "mrkdwn"]);
    }
  }
  const accessory = asObject(block.accessory);
  if (accessory) {
    if (accessory.type === "image") checkImage(accessory, `${pointer}/accessory`, problems);
    else checkAction(accessory, `${pointer}/accessory`, problems);
  }
}

function checkContextElement(element: Json, pointer: string, problems: Problems): void {
  if (element.type === "image") checkImage(element, pointer, problems);
  else problems.text(element, LIMITS.contextText, pointer, ["plain_text", "mrkdwn"]);
}

function checkAction(element: Json, pointer: string, problems: Problems): void {
  if (!ACTION_ELEMENTS.includes(String(element.type))) {
    problems.add(`unsupported type: ${String(element.type)}`, `${pointer}/type`);
  }
  problems.optionalString(element.action_id, LIMITS.actionId, `${pointer}/action_id`);
  if (element.type !== "button") return;
  problems.text(element.text, LIMITS.buttonText, `${pointer}/text`, ["plain_text"]);
  problems.optionalString(element.value, LIMITS.value, `${pointer}/value`);
  problems.optionalString(element.url, LIMITS.url, `${pointer}/url`);
  if (element.style !== undefined && element.style !== "primary" && element.style !== "danger") {
    problems.add("must be primary or danger", `${pointer}/style`);
  }
}

function checkImage(image: Json, pointer: string, problems: Problems): void {
  problems.string(image.alt_text, LIMITS.altText, `${pointer}/alt_text`);
  if (image.slack_file === undefined) problems.string(image.image_url, LIMITS.url, `${pointer}/image_url`);
}

function checkElements(
  block: Json,
  pointer: string,
  problems: Problems,
  max: number,
  check: (element: Json, pointer: string, problems: Problems) => void,
): void {
  const list = Array.isArray(block.elements) ? block.elements : [];
  if (list.length === 0) problems.add("no less than 1 items allowed", `${pointer}/elements`);
  if (list.length > max) problems.add(`no more than ${max} items allowed`, `${pointer}/elements`);
  for (const [i, element] of list.entries()) {
    check(asObject(element) ?? {}, `${pointer}/elements/${i}`, problems);
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
