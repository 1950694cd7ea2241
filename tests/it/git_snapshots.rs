//! Snapshots outside the table: directories, failures of single files, refusals.
