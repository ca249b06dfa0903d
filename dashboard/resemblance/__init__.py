"""The page that tells whom somebody takes after."""
