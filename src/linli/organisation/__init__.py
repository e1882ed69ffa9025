"""Organisation (组织): offices in a tree, people, posts with validity, and who may do what where."""
