//! `transport` over real sockets on loopback addresses.

mod seam;
