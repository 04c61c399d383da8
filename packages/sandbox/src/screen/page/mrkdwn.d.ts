export function escapeHtml(text: string): string;
export function plain(text: unknown): string;
export function anchor(url: unknown, label: string, attributes?: string): string;
export function mrkdwn(
  text: unknown,
  options?: { readonly names?: Readonly<Record<string, string>>; readonly verbatim?: boolean },
): string;
export function nameOf(names: Readonly<Record<string, string>>, id: string, label?: string): string;
