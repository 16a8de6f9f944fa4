//! For tests and demonstrations only: the suite that every connector passes.
