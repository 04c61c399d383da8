/** The slash commands that the product's Slack app registers, as its app configuration describes them. */
export const COMMANDS = [
  {
    command: "/diagnose",
    usage: "<service or resource id> [question]",
    description: "Look into a service or one of its resources",
    examples: ["order-service", "ord-1234", "payment-service why is it slow?", "help"],
  },
] as const;
