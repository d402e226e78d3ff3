//! Measures several pieces of work against each other: in turn, in many short rounds, by the CPU time of the thread.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// One piece of work.
pub struct Case<'a> {
    pub name: String,
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Case<'a> {
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// A median with its quartiles.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Figure {
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |part: f64| samples[((samples.len() - 1) as f64 * part).round() as usize];
        Self { low: at(0.25), median: at(0.5), high: at(0.75) }
    }
}

/// What the rounds brought: nanoseconds of each piece of work in each round.
pub struct Rounds {
    pub names: Vec<String>,
    samples: Vec<Vec<f64>>,
}

impl Rounds {
    /// Nanoseconds of the piece of work at `index`.
    pub fn time(&self, index: usize) -> Figure {
        Figure::of(self.samples[index].clone())
    }

    /// The piece of work at `index` against the one at `base`, round by round.
    pub fn ratio(&self, index: usize, base: usize) -> Figure {
        Figure::of(self.samples[index].iter().zip(&self.samples[base]).map(|(one, other)| one / other).collect())
    }
}

/// Which clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// The CPU time of the calling thread.
    Cpu,
    /// The time on the wall, for work that other threads do as well.
    Wall,
}

fn timed(time: Time, mut work: impl FnMut()) -> Duration {
    match time {
        Time::Cpu => {
            let start = ThreadTime::now();
            work();
            start.elapsed()
        }
        Time::Wall => {
            let start = Instant::now();
            work();
            start.elapsed()
        }
    }
}

/// Runs every case in each of `rounds` rounds, for about `slice` at a time, each round beginning with another one.
pub fn rounds(rounds: usize, slice: Duration, time: Time, cases: &mut [Case<'_>]) -> Rounds {
    let repeats: Vec<u32> = cases
        .iter_mut()
        .map(|case| {
            (0..3).for_each(|_| (case.run)());
            let mut once = (0..5).map(|_| timed(time, &mut case.run)).min().unwrap_or_default();
            once = once.max(Duration::from_nanos(50));
            u32::try_from(slice.as_nanos() / once.as_nanos()).unwrap_or(u32::MAX).clamp(1, 100_000)
        })
        .collect();
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for round in 0..rounds {
        for step in 0..cases.len() {
            let index = (step + round) % cases.len();
            let (case, repeat) = (&mut cases[index], repeats[index]);
            let spent = timed(time, || (0..repeat).for_each(|_| (case.run)()));
            samples[index].push(spent.as_nanos() as f64 / f64::from(repeat));
        }
    }
    Rounds { names: cases.iter().map(|case| case.name.clone()).collect(), samples }
}
