import { AppError } from "@oncall/core";

/** Each is checked before it becomes part of a URL: no value can leave its place in the path. */
export function repoPath(repo: string): string {
  if (/^[A-Za-z0-9-]{1,100}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(repo)) return repo;
  throw new AppError("invalid_input", `${JSON.stringify(repo)} is not a repository; write it as owner/name.`);
}

export function filePath(path: string): string {
  const segments = path.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(path)} is not a path inside a repository, such as deploy/service.yaml.`,
    );
  }
  return segments.map(encodeURIComponent).join("/");
}

export function commitSha(sha: string): string {
  if (/^[0-9a-f]{4,64}$/i.test(sha)) return sha;
  throw new AppError("invalid_input", `${JSON.stringify(sha)} is not a commit id (hexadecimal).`);
}

/** A commit, branch or tag as one segment of a path. */
export function gitRef(ref: string): string {
  if (ref.length <= 200 && /^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(ref) && !ref.includes("..")) {
    return encodeURIComponent(ref);
  }
  throw new AppError("invalid_input", `${JSON.stringify(ref)} is not a commit, branch or tag.`);
}
