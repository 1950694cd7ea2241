//! `pv bisect`: the release, then the artefacts.
