//! `pv feature`: graph, order, exposure.
