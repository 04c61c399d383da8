import { expect, test } from "vitest";
import { isFlag, isFlagFile } from "./flags.ts";
import { changesInPatch } from "./patch.ts";

test.each([
  ["deploy/config/flags.yaml", true],
  ["config/feature-toggles.json", true],
  ["features.yaml", true],
  ["deploy/flagd/search.json", true],
  ["unleash/production.json", true],
  ["ops/launchdarkly.tfvars", true],
  ["deploy/values.yaml", false],
  ["services/feature-store/values.yaml", false],
  ["services/flags-api/deploy/values.yaml", false],
  ["config/flagship.yaml", false],
])("%s holds flags: %s", (file, holds) => {
  expect(isFlagFile(file)).toBe(holds);
});

test.each([
  ["env.FEATURE_NEW_CHECKOUT", true],
  ["env.NEW_CHECKOUT_FLAG", true],
  ["flags.bundle_discounts", true],
  ["flags.fast_path", true],
  ["features.search.semantic", true],
  ["checkout.featureFlag", true],
  ["env.FEATURES_URL", false],
  ["env.FEATURE_STORE_HOST", false],
  ["env.JVM_FLAGS", false],
  ["env.DB_POOL_MAX", false],
])("%s is a flag: %s", (what, is) => {
  expect(isFlag(what)).toBe(is);
});

test.each([
  [
    "flags.yaml",
    "@@ -1,3 +1,3 @@\n flags:\n-  bundles: false\n+  bundles: true",
    [{ what: "flags.bundles", from: "false", to: "true" }],
  ],
  [
    "flagd/shop.json",
    '@@ -4,3 +4,3 @@\n     "semantic-ranking": {\n-      "defaultVariant": "off"\n+      "defaultVariant": "on"',
    [{ what: "flags.semantic-ranking.defaultVariant", from: "off", to: "on" }],
  ],
  [
    "values.yaml",
    '@@ -9 +9 @@\n-  FEATURE_BUNDLES: "off"\n+  FEATURE_BUNDLES: "on"',
    [{ what: "env.FEATURE_BUNDLES", from: "off", to: "on" }],
  ],
])("a flag in %s, from what to what", (file, patch, expected) => {
  expect(changesInPatch(file, patch)).toEqual(expected);
});
