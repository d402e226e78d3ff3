//! The table of a run, and whether it is good enough.

use std::collections::BTreeMap;

use crate::judge::Verdict;
use crate::mutant::Mutant;
use crate::options::Options;
use crate::tree::read;

#[derive(Default)]
struct Row {
    mutants: usize,
    noticed: usize,
    never_end: usize,
    not_viable: usize,
    apart: usize,
    stay: usize,
}

impl Row {
    fn add(&mut self, verdict: &Verdict) {
        self.mutants += 1;
        *match verdict {
            Verdict::Noticed(_) => &mut self.noticed,
            Verdict::NeverEnds => &mut self.never_end,
            Verdict::NotViable(_) => &mut self.not_viable,
            Verdict::Apart(_) => &mut self.apart,
            Verdict::Stays(_) | Verdict::Unsettled(_) | Verdict::Elsewhere => &mut self.stay,
        } += 1;
    }

    /// Of those that were asked about, how many percent were noticed.
    fn share(&self) -> f64 {
        let noticed = self.noticed + self.never_end;
        let asked = noticed + self.stay;
        if asked == 0 {
            100.0
        } else {
            100.0 * f64::from(u32::try_from(noticed).unwrap_or(0)) / f64::from(u32::try_from(asked).unwrap_or(1))
        }
    }

    fn print(&self, name: &str) {
        let Self { mutants, noticed, never_end, not_viable, apart, stay } = self;
        println!("| {name} | {mutants} | {noticed} | {never_end} | {not_viable} | {apart} | {stay} | {:.1} % |", self.share());
    }
}

/// Prints the table and what stays; whether the share of the noticed reaches the threshold.
pub(crate) fn report(mutants: &[Mutant], verdicts: &[Verdict], options: &Options) -> bool {
    let mut rooms: BTreeMap<String, Row> = BTreeMap::new();
    let mut all = Row::default();
    let judged: Vec<_> = mutants.iter().zip(verdicts).filter(|(_, verdict)| **verdict != Verdict::Elsewhere).collect();
    for (mutant, verdict) in &judged {
        rooms.entry(mutant.room()).or_default().add(verdict);
        all.add(verdict);
    }
    println!("| room | mutants | noticed | never end | not viable | apart | stay | |\n|---|---|---|---|---|---|---|---|");
    rooms.iter().for_each(|(name, row)| row.print(&format!("`{name}`")));
    all.print("all");
    let page = read(&options.root.join("docs/testing.md")).unwrap_or_default();
    let mut unnamed = 0;
    for (mutant, verdict) in &judged {
        let said = match verdict {
            Verdict::Stays(0) => "stays, no test reaches it".to_owned(),
            Verdict::Stays(asked) => format!("stays, {asked} tests reach it"),
            Verdict::Unsettled(asked) => format!("stays so far, {asked} tests were asked before patience ran out"),
            Verdict::Apart(reason) => format!("apart, `cargo mutants` itself has to run it: {reason}"),
            Verdict::NotViable(reason) => format!("not viable: {reason}"),
            Verdict::Noticed(_) | Verdict::NeverEnds | Verdict::Elsewhere => continue,
        };
        let stays = matches!(verdict, Verdict::Stays(_) | Verdict::Unsettled(_));
        let named = page.contains(&format!("`{}`", mutant.stable_name()));
        unnamed += usize::from(stays && !named);
        println!("{}\n    {said}{}", mutant.name, if named { "; docs/testing.md says why" } else { "" });
    }
    println!("{:.1} % of {} were noticed; {unnamed} of those that stay are not in docs/testing.md", all.share(), all.mutants);
    all.share() >= options.threshold
}
