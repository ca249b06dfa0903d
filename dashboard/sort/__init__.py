"""The page that sorts new photos."""
