"""The draft pull request of an edition: joins its sides, plans the changes and writes them."""
