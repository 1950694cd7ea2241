//! Content that other stores hold: Git LFS, DVC, git-annex, URIs.
