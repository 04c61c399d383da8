import { AppError } from "@oncall/core";
import { Type } from "typebox";
import { defineReadTool, noData, ok } from "../define-tool.ts";
import { fitSize } from "../fit-size.ts";
import { ResourceStatus } from "../outputs/index.ts";
import { searchedPatterns } from "../resources/searched-patterns.ts";
import { statusFields } from "../resources/status-fields.ts";
import { ResourceId } from "./inputs.ts";

// 8 KiB by the measure of tokens.
const MAX_BODY_TOKENS = Math.floor((8 * 1024) / 3.5);

export const getResource = defineReadTool({
  name: "get_resource",
  description:
    "Live status of one business object (ord-1234) from the API of the service that owns it: status, error, where it runs, the whole answer.",
  uses: ["catalog", "resources"],
  input: Type.Object({ id: ResourceId }, { additionalProperties: false }),
  output: ResourceStatus,
  async run({ id }, { catalog, resources }, { signal }) {
    const owner = await catalog.ownerOf(id);
    if (owner === null) return noData(await searchedPatterns(catalog));
    const { service, resource } = owner;
    if (resource.handlerUrl === undefined) {
      return noData(
        `${service.name}, which owns ${id} (${resource.pattern}) but gives no handler_url to ask`,
      );
    }
    const { status, body, url } = await resources.get(resource.handlerUrl, id, signal);
    refuseUnlessAnswered(status, service.name, url);
    const found = status < 400;
    const fields = statusFields(body);
    const fitted = fitSize(body ?? null, MAX_BODY_TOKENS);
    const says = fields.error === null ? "" : `: ${fields.error}`;
    return ok(
      {
        id,
        service: service.name,
        team: service.team,
        type: resource.type,
        http_status: status,
        found,
        ...fields,
        body: fitted.value,
      },
      {
        link: url,
        omitted: fitted.omitted === undefined ? undefined : `Body over 8 KiB. ${fitted.omitted}`,
        summary: found
          ? `${resource.type} ${id} is ${fields.status ?? "known"}${says}`
          : `${service.name} knows no ${id} (HTTP ${status})`,
      },
    );
  },
});

/** What says nothing about the object itself must not read as an answer about it. */
function refuseUnlessAnswered(status: number, service: string, url: string): void {
  const origin = new URL(url).origin;
  if (status === 401 || status === 403) {
    throw new AppError(
      "denied",
      `${service} refused the request (HTTP ${status} from ${origin}): let us read its resources.`,
    );
  }
  if (status === 429)
    throw new AppError("rate_limited", `${service} limits our requests (HTTP 429 from ${origin}).`);
  if (status >= 300 && status !== 404 && status !== 410) {
    throw new AppError(
      "unavailable",
      `${service} answered HTTP ${status} from ${origin}; see its handler_url in service.yaml.`,
    );
  }
}
