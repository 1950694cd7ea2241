//! What `pv diff` and `pv lock` say of row trees.
