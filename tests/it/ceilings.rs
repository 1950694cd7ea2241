//! Commands under a limit of memory.
