import { type Body, object, text } from "./body.ts";

type Label = readonly [name: string, value: string];

const MAX_TAGS = 500;

/**
 * Labels in the forms that senders give them: an object, `"name:value, name:value"`, a list of such words, of pairs, or
 * of `{key, value}` and `{name, value}`. Names lose what no label's name has in it; what has no name is left out.
 */
export function tagLabels(set: unknown): Label[] {
  if (typeof set === "string")
    return set
      .split(/[,\s]+/)
      .slice(0, MAX_TAGS)
      .flatMap(word);
  if (Array.isArray(set)) return set.slice(0, MAX_TAGS).flatMap(entry);
  return Object.entries(object(set))
    .slice(0, MAX_TAGS)
    .flatMap(([name, value]) => label(name, value));
}

function entry(tag: unknown): Label[] {
  if (typeof tag === "string") return word(tag);
  if (Array.isArray(tag)) return label(tag[0], tag[1]);
  const { key, name, value }: Body = object(tag);
  return label(key ?? name, value);
}

function word(tag: string): Label[] {
  const at = tag.search(/[:=]/);
  return at < 1 ? [] : label(tag.slice(0, at), tag.slice(at + 1));
}

function label(name: unknown, value: unknown): Label[] {
  const [key, words] = [text(name)?.replace(/[\s/-]+/g, "_"), text(value)];
  return key === undefined || words === undefined || !/^[A-Za-z_][\w.]{0,127}$/.test(key)
    ? []
    : [[key, words]];
}
