type Names = Readonly<Record<string, string>>;

export function messageBody(message: unknown, names?: Names): string;
export function blockHtml(block: unknown, index: number, names?: Names): string;
export function attachmentHtml(attachment: unknown, names?: Names): string;
export function colour(wanted: unknown): string;
export function clock(seconds: number): string;
