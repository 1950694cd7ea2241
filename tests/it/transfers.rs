//! Large objects between a clone and its remote: push, pull, interruptions, damage.
