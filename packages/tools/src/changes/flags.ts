/** `flags.yaml`, `feature-toggles.json`, `features.yaml`, and what flagd, Unleash and LaunchDarkly read. */
const FILE =
  /^(?:(?:[\w-]*[_-])?(?:flags?|flagd|toggles?|unleash|launch-?darkly)(?:[._-].*)?|features?)\.\w+$/i;
const FOLDER = /^(?:(?:feature[_-]?)?(?:flags|toggles)|flagd|unleash|launch-?darkly)$/i;
const FLAG =
  /(?:^|[._-])(?:flags?|feature|toggles?|experiments?)[._-]|(?:^|\.)features\.|feature_?(?:flag|toggle|gate)|[._-](?:flag|toggle)$/i;
/** Where flags or features are kept, not what they are. */
const PLACE = /(?:url|uri|host|addr|port|path|file|dir|endpoint|timeout|ttl)$/i;

/** Whether its name says that a configuration file holds feature flags. */
export function isFlagFile(file: string): boolean {
  const [name = "", folder = ""] = file.split("/").reverse();
  return FILE.test(name) || FOLDER.test(folder);
}

/** Whether its name says that a setting is a feature flag: `flags.new_checkout`, `env.FEATURE_BUNDLES`. */
export function isFlag(what: string): boolean {
  return /(?:^|\.)flags\./.test(what) || (FLAG.test(what) && !PLACE.test(what));
}
