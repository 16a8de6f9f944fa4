//! The desk on simulated applications, for those who want to see it before configuring anything.

mod gallery;
