"""A secret that is looked for in everything that is said, logged and stored."""

CANARY = "canary-5fd1c0a2e8-secret"
