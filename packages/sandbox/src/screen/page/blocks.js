// Block Kit and attachments as HTML. Pure, and safe for whatever a message holds: an unknown block shows nothing alive.
import { anchor, escapeHtml, mrkdwn, nameOf, plain } from "./mrkdwn.js";

/** What a message says: its blocks, or its text where it has none, and its attachments. */
export function messageBody(message, names = {}) {
  const blocks = list(message.blocks);
  const own =
    blocks.length > 0
      ? blocks.map((block, i) => blockHtml(block, i, names)).join("")
      : text(message.text, names);
  return (
    own +
    list(message.attachments)
      .map((attachment) => attachmentHtml(attachment, names))
      .join("")
  );
}

/** One block; `index` is its place in the message, by which its buttons are found again. */
export function blockHtml(block, index, names = {}) {
  switch (block?.type) {
    case "header":
      return `<h3 class="block-header">${plain(block.text?.text)}</h3>`;
    case "section":
      return section(block, index, names);
    case "context":
      return `<div class="block-context">${list(block.elements)
        .map((element) =>
          element?.type === "image" ? image(element) : `<div>${textObject(element, names)}</div>`,
        )
        .join("")}</div>`;
    case "divider":
      return '<hr class="block-divider">';
    case "actions":
      return `<div class="block-actions">${list(block.elements)
        .map((element, i) => control(element, index, i))
        .join("")}<span class="action-note" role="status"></span></div>`;
    case "image":
      return image(block);
    case "markdown":
      return text(block.text, names);
    case "rich_text":
      return list(block.elements)
        .map((element) => richText(element, names))
        .join("");
    default:
      return "";
  }
}

/** https://docs.slack.dev/messaging/formatting-message-text/#attachments */
export function attachmentHtml(attachment, names = {}) {
  const { pretext, author_name, title, title_link, footer, ts } = attachment ?? {};
  const fields = list(attachment?.fields).map(
    (field) =>
      `<div class="${field?.short ? "field" : "field wide"}"><b>${plain(field?.title)}</b>${text(field?.value, names)}</div>`,
  );
  const end = [footer ? plain(footer) : "", Number(ts) > 0 ? clock(Number(ts)) : ""]
    .filter(Boolean)
    .join(" | ");
  const buttons = list(attachment?.actions)
    .filter((action) => action?.url)
    .map((action) => anchor(action.url, plain(action.text), ' class="button"'));
  const inside = [
    author_name ? `<div class="author">${plain(author_name)}</div>` : "",
    title ? `<div class="title">${anchor(title_link, plain(title))}</div>` : "",
    attachment?.text ? text(attachment.text, names) : "",
    fields.length > 0 ? `<div class="fields">${fields.join("")}</div>` : "",
    list(attachment?.blocks)
      .map((block) => blockHtml(block, -1, names))
      .join(""),
    buttons.length > 0 ? `<div class="block-actions">${buttons.join("")}</div>` : "",
    end ? `<div class="block-context">${end}</div>` : "",
  ].join("");
  const before = pretext ? text(pretext, names) : "";
  return `${before}<div class="attachment" data-colour="${colour(attachment?.color)}">${inside}</div>`;
}

const COLOURS = new Map([
  ["good", "#2eb67d"],
  ["warning", "#ecb22e"],
  ["danger", "#e01e5a"],
]);

/** A colour as Slack takes it, hexadecimal or by name; anything else is grey. */
export function colour(wanted) {
  const named = COLOURS.get(wanted);
  if (named) return named;
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(String(wanted ?? ""));
  return hex ? `#${hex[1]}` : "#dddddd";
}

/** `14:05` in the reader's own time, exact in the tooltip. */
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `<time title="${at.toISOString()}">${two(at.getHours())}:${two(at.getMinutes())}</time>`;
}

function section(block, index, names) {
  const fields = list(block.fields).map((field) => `<div class="field">${textObject(field, names)}</div>`);
  const words = [
    block.text ? textObject(block.text, names) : "",
    fields.length > 0 ? `<div class="fields">${fields.join("")}</div>` : "",
  ].join("");
  const side = block.accessory
    ? `<div class="accessory">${block.accessory.type === "image" ? image(block.accessory) : control(block.accessory, index, 0)}<span class="action-note" role="status"></span></div>`
    : "";
  return `<div class="block-section"><div class="words">${words}</div>${side}</div>`;
}

function textObject(object, names) {
  if (object?.type === "plain_text") return `<div>${plain(object.text).replaceAll("\n", "<br>")}</div>`;
  return mrkdwn(object?.text, { names, verbatim: object?.verbatim === true });
}

function text(value, names) {
  return value ? `<div class="words">${mrkdwn(value, { names })}</div>` : "";
}

/** A button that can be pressed; other controls stand there, and say that they do nothing here. */
function control(element, block, index) {
  const label = plain(element?.text?.text ?? element?.placeholder?.text ?? element?.type);
  if (element?.type !== "button")
    return `<button type="button" class="button" disabled title="Not part of this stand-in">${label}</button>`;
  const style = element.style === "primary" || element.style === "danger" ? ` ${element.style}` : "";
  const attributes = block < 0 ? "disabled" : `data-block="${block}" data-element="${index}"`;
  const link = anchor(element.url, label, ` class="button${style}" ${attributes}`);
  return link === label
    ? `<button type="button" class="button${style}" ${attributes}>${label}</button>`
    : link;
}

/** Pictures would come from elsewhere; their description stands in. */
function image(element) {
  return `<span class="image" title="Pictures are not loaded here">▨ ${plain(element?.alt_text ?? "picture")}</span>`;
}

function richText(element, names) {
  const inside = list(element?.elements);
  switch (element?.type) {
    case "rich_text_list":
      return inside
        .map(
          (item, i) =>
            `<div class="item"><span>${element.style === "ordered" ? `${i + 1}.` : "•"}</span><div>${richText(item, names)}</div></div>`,
        )
        .join("");
    case "rich_text_preformatted":
      return `<pre>${inside.map((part) => escapeHtml(String(part?.text ?? part?.url ?? ""))).join("")}</pre>`;
    case "rich_text_quote":
      return `<blockquote>${inside.map((part) => richPart(part, names)).join("")}</blockquote>`;
    default:
      return `<div>${inside.map((part) => richPart(part, names)).join("")}</div>`;
  }
}

function richPart(part, names) {
  if (part?.type === "link") return anchor(part.url, escapeHtml(String(part.text ?? part.url ?? "")));
  if (part?.type === "user")
    return `<span class="mention">@${escapeHtml(nameOf(names, String(part.user_id)))}</span>`;
  if (part?.type === "channel")
    return `<span class="mention">#${escapeHtml(nameOf(names, String(part.channel_id)))}</span>`;
  const words = escapeHtml(String(part?.text ?? part?.name ?? "")).replaceAll("\n", "<br>");
  const { bold, italic, strike, code } = part?.style ?? {};
  return [code && "code", strike && "s", italic && "i", bold && "b"]
    .filter(Boolean)
    .reduce((html, tag) => `<${tag}>${html}</${tag}>`, words);
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
