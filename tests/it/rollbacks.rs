//! `pv rollback`: cascade, rehearsal, the way back.
