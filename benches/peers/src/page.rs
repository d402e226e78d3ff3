//! The page: every table with its aims.

use std::fmt::Write;

use crate::contenders::validator;
use crate::corpus::{ALGORITHMS, Column};
use crate::measure::{Figure, Rounds};
use crate::{Scale, network, tables};

/// A time in the unit that suits it.
fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 10_000.0 => format!("{:.2} µs", short / 1e3),
        middle if middle < 1e6 => format!("{:.1} µs", middle / 1e3),
        long => format!("{:.2} ms", long / 1e6),
    }
}

fn ratio(figure: Figure) -> String {
    let digits = if figure.median < 0.1 { 3 } else { 2 };
    let number = |value: f64| format!("{value:.digits$}");
    format!("{} ({}–{})", number(figure.median), number(figure.low), number(figure.high))
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

/// Measures everything and writes the page down.
pub fn measure_and_write(scale: Scale, tokens_only: bool) -> String {
    let mut page = String::new();
    introduction(&mut page, scale);
    let columns: Vec<Column> = ALGORITHMS.into_iter().map(Column::new).collect();
    let results: Vec<Rounds> = columns.iter().map(|column| tables::column(column, scale)).collect();
    tokens(&mut page, &columns, &results);
    stages(&mut page, &columns, scale);
    allocations(&mut page, &columns[0]);
    refusals(&mut page, &tables::refusals(&columns[0], scale));
    if !tokens_only {
        threads(&mut page, &columns[0], scale);
        documents(&mut page, scale);
        requests(&mut page, scale);
    }
    page
}

fn introduction(page: &mut String, scale: Scale) {
    let command = "cargo run --release --manifest-path benches/peers/Cargo.toml -- --write";
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name.to_owned()));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    let _ = writeln!(
        page,
        "# Performance\n\nWritten by `{command}`; do not edit by hand. `benches/peers` says what is measured and how.\n\n\
         The yardstick is the bare signature check: aws-lc-rs with a parsed key, the signed octets and the decoded signature at hand (ECDSA in \
         DER, its faster form). Every row of a table runs in turn in each of {rounds} rounds of about {slice} ms a row, and the CPU time of the \
         thread is what counts. A ratio is the median of the rounds' ratios, with the quartiles behind it. \"Full\" is what a user of a crate \
         calls: take the token apart, find the key, check the signature, `exp`, `nbf`, `iss`, `aud`, hand out the claims. The aims are the \
         project's own.\n\n\
         Machine of this run: {processors} processors ({model}), {system}, one-minute load {load} when it began. Compare ratios across machines, \
         not times.\n",
        rounds = scale.rounds,
        slice = scale.slice.as_millis(),
        model = model.as_deref().unwrap_or("model unknown"),
        system = std::env::consts::OS,
    );
}

fn tokens(page: &mut String, columns: &[Column], results: &[Rounds]) {
    let length = columns[0].token.len();
    let _ = writeln!(
        page,
        "## Tokens\n\nAccess tokens of RFC 9068 with 18 claims and a `kid`; with RS256 {length} octets. This crate validates by its default \
         rules, its keys discovered and cached (HS256: from a set at hand); \"a token seen before\" is the cache of verified tokens, with times, \
         claims, binding and the key's presence checked again.\n"
    );
    let names: Vec<&str> = columns.iter().map(|column| column.algorithm.name()).collect();
    let _ = writeln!(page, "| ratio to the bare check | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    let row = |cells: Vec<String>| cells.join(" | ");
    let _ = writeln!(page, "| the bare check | {} |", row(results.iter().map(|rounds| time(rounds.time(0).median)).collect()));
    for name in results[0].names.iter().skip(1) {
        let cell = |rounds: &Rounds| {
            let index = rounds.names.iter().position(|other| other == name)?;
            Some(ratio(rounds.ratio(index, 0)))
        };
        let cells = results.iter().map(|rounds| cell(rounds).unwrap_or_else(|| "–".to_owned())).collect();
        let _ = writeln!(page, "| {name} | {} |", row(cells));
    }
    let _ = writeln!(page, "\nThe same in time (medians):\n\n| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for name in &results[0].names {
        let cell = |rounds: &Rounds| Some(time(rounds.time(rounds.names.iter().position(|other| other == name)?).median));
        let cells = results.iter().map(|rounds| cell(rounds).unwrap_or_else(|| "–".to_owned())).collect();
        let _ = writeln!(page, "| {name} | {} |", row(cells));
    }
    token_aims(page, columns, results);
}

/// The aims for a full validation with typed claims; of HS256 in microseconds.
const AIMS: [f64; 6] = [1.15, 1.15, 1.05, 1.02, 1.05, 2.5];

fn token_aims(page: &mut String, columns: &[Column], results: &[Rounds]) {
    let _ = writeln!(page, "\n| aim | | measured | |\n|---|---|---|---|");
    for ((column, rounds), aim) in columns.iter().zip(results).zip(AIMS) {
        let name = column.algorithm.name();
        let (wanted, found, met) = if column.algorithm.is_symmetric() {
            let found = rounds.time(1);
            (format!("≤ {aim:.1} µs"), time(found.median), found.median <= aim * 1e3)
        } else {
            let found = rounds.ratio(1, 0);
            (format!("≤ {aim:.2} ×"), ratio(found), found.median <= aim)
        };
        let _ = writeln!(page, "| {name}, typed claims | {wanted} | {found} | {} |", verdict(met));
        let best = (6..rounds.names.len())
            .map(|index| (rounds.time(index).median, &rounds.names[index]))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((peer, peer_name)) = best {
            let own = rounds.time(1).median;
            let found = format!("{} against {} ({peer_name})", time(own), time(peer));
            let _ = writeln!(page, "| {name}, typed claims | ahead of every other crate | {found} | {} |", verdict(own < peer));
        }
        let seen = rounds.time(4).median;
        let _ = writeln!(page, "| {name}, a token seen before | ≤ 1 µs | {} | {} |", time(seen), verdict(seen <= 1000.0));
    }
    let _ = writeln!(page);
}

/// What callgrind says of `--repeat` (`main.rs`); no part of a run.
const INSTRUCTIONS: &str = include_str!("instructions.md");

/// Where the time beyond the bare check goes.
fn stages(page: &mut String, columns: &[Column], scale: Scale) {
    let (rsa, hmac) = (tables::stages(&columns[0], scale), tables::stages(&columns[5], scale));
    let _ = writeln!(
        page,
        "### Where the time goes\n\nOne validation up to each stage, all before it included. The same code takes longer around an RSA check \
         than around an HMAC, presumably because the check leaves the caches full of its own.\n\n| up to | RS256 | HS256 |\n|---|---|---|"
    );
    for (index, name) in rsa.names.iter().enumerate() {
        let _ = writeln!(page, "| {name} | {} | {} |", time(rsa.time(index).median), time(hmac.time(index).median));
    }
    let _ = writeln!(page, "\n{INSTRUCTIONS}");
}

fn allocations(page: &mut String, column: &Column) {
    let counts = tables::allocation_counts(column);
    let _ = writeln!(
        page,
        "## Allocations\n\nOf Rust code, for one full validation ({}).\n\n| | allocations |\n|---|---|",
        column.algorithm.name()
    );
    for (name, count) in &counts {
        let _ = writeln!(page, "| {name} | {count} |");
    }
    let (typed, lazy) = (counts[1].1, counts[2].1);
    let _ = writeln!(
        page,
        "\nAims: at most 16 with typed claims ({}; 18 are the texts and lists of the type itself, and claims may be borrowed), 2 with lazy ones \
         ({}: the text, its index, the token with its principal).\n",
        verdict(typed <= 16),
        verdict(lazy <= 2)
    );
}

fn refusals(page: &mut String, rounds: &Rounds) {
    let _ = writeln!(
        page,
        "## Tokens that are refused\n\nNone of these costs a signature check or a fetch (RS256; the error with its words included).\n\n| | time | ratio to the bare check |\n|---|---|---|"
    );
    for index in 0..rounds.names.len() {
        let _ = writeln!(page, "| {} | {} | {} |", rounds.names[index], time(rounds.time(index).median), ratio(rounds.ratio(index, 0)));
    }
    let _ = writeln!(page);
}

fn threads(page: &mut String, column: &Column, scale: Scale) {
    let (bare, full, gain) = tables::two_threads(column, scale);
    let _ = writeln!(
        page,
        "## Two threads\n\nOne validator shared by two threads (RS256), told by CPU time, so that other work on the machine counts little: the \
         bare check gains {}, the full validation {}. Their quotient is {} (aim ≥ 0.97: {}).\n",
        ratio(bare),
        ratio(full),
        ratio(gain),
        verdict(gain.median >= 0.97)
    );
}

fn documents(page: &mut String, scale: Scale) {
    let (sets, set_length, opened, document_length) = tables::documents(scale);
    let mut table = |title: String, rounds: &Rounds, aim: f64| {
        let _ = writeln!(page, "## {title}\n\n| | time (quartiles) |\n|---|---|");
        for index in 0..rounds.names.len() {
            let figure = rounds.time(index);
            let _ = writeln!(page, "| {} | {} ({}–{}) |", rounds.names[index], time(figure.median), time(figure.low), time(figure.high));
        }
        let met = rounds.time(0).median <= aim;
        let _ = writeln!(page, "\nAim: at most {} ({}).\n", time(aim), verdict(met));
    };
    table(format!("A set of ten keys ({set_length} octets)"), &sets, 7000.0);
    table(format!("A discovery document ({document_length} octets)"), &opened, 10_000.0);
}

/// The section about requests, without the rest of the page.
pub fn requests_alone(scale: Scale) -> String {
    let mut page = String::new();
    requests(&mut page, scale);
    page
}

/// The most that a request of this crate may take of bare reqwest's CPU time one by one and with 64 tasks, and the most allocations.
const REQUEST_AIMS: (f64, f64, u64) = (1.05, 1.10, 90);

fn requests(page: &mut String, scale: Scale) {
    let requests = network::requests(scale.rounds);
    let _ = writeln!(
        page,
        "## A client-credentials request\n\nBeside bare reqwest (the same form, the answer read into a struct) and two other crates, over one \
         loopback connection each, or sixty-four tasks at a time. CPU time is that of the thread that sends.\n\n| | one by one, CPU time | ratio \
         | on the clock | 64 tasks, CPU time | ratio | on the clock | allocations |\n|---|---|---|---|---|---|---|---|"
    );
    for (index, (name, count)) in requests.allocations.iter().enumerate() {
        let median = |rounds: &Rounds| time(rounds.time(index).median);
        let against = |rounds: &Rounds| ratio(rounds.ratio(index, 0));
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {} | {count} |",
            median(&requests.one_by_one_cpu),
            against(&requests.one_by_one_cpu),
            against(&requests.one_by_one_wall),
            median(&requests.tasks_cpu),
            against(&requests.tasks_cpu),
            against(&requests.tasks_wall),
        );
    }
    let (one, tasks, most) = REQUEST_AIMS;
    let (one_found, tasks_found) = (requests.one_by_one_cpu.ratio(1, 0).median, requests.tasks_cpu.ratio(1, 0).median);
    let _ = writeln!(
        page,
        "\nAims, for one request sent again: CPU time at most {one:.2} × one by one ({}) and {tasks:.2} × with 64 tasks ({}), at most {most} \
         allocations ({}).\n\n\
         By instructions (callgrind, one task, plain http on loopback; `benches/peers` says how): bare reqwest 79.5 k a request, this crate 90.6 k \
         for one that is sent again and 112.6 k for one built anew, oauth2 92.0 k, openidconnect 93.3 k. A request that is kept is prepared once: \
         its address parsed and judged, its credentials, headers and form written. Of the 11 k on top of reqwest, the larger part reads the \
         response: its head, the one pass over the JSON, the secrets taken out of the text and wiped; the rest moves request and response \
         through the exchange. CPU time says more than instructions do: each exchange draws its random bytes in a system call (a twentieth of \
         such a request), and the code of exchange and driver has its own share of the processor's caches. 12 k of reqwest's own \
         instructions parse the address again for its redirects and its response, which no caller can spare it.\n",
        verdict(one_found <= one),
        verdict(tasks_found <= tasks),
        verdict(requests.allocations[1].1 <= most)
    );
    let (cold, warm) = network::cold_and_warm(scale.rounds);
    let _ = writeln!(
        page,
        "## Cold and warm\n\nA new validator over a new client, on loopback: the first token (discovery, keys, check) takes {:.2} ms \
         ({:.2}–{:.2}; aim below 50: {}), the next one {:.3} ms ({:.3}–{:.3}; aim below 1: {}).",
        cold.median,
        cold.low,
        cold.high,
        verdict(cold.median < 50.0),
        warm.median,
        warm.low,
        warm.high,
        verdict(warm.median < 1.0)
    );
}

/// Validates one token again and again for a while: for a profiler.
pub fn profile(name: &str) {
    let algorithm = name.parse().expect("an algorithm");
    let column = Column::new(algorithm);
    let own = validator(&column);
    let start = std::time::Instant::now();
    while start.elapsed().as_secs() < 5 {
        for _ in 0..1000 {
            std::hint::black_box(own.validate_blocking(&column.token).expect("valid"));
        }
    }
}
