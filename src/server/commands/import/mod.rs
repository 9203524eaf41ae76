//! `claviger user import FILE`.

mod file;

use super::Failure;
use crate::server::services::{Import, NewMembers, Refused, Services, UserError};
pub use file::UserFile;
use indicatif::ProgressBar;
use std::collections::BTreeMap;

/// Imports all users of the file, or none.
pub async fn run(file: &UserFile, services: &Services) -> Result<(), Failure> {
    let members = check(file, services).await?;
    let count = members.count();
    let bar = ProgressBar::new(count as u64);
    let steps = bar.clone();
    let done = members.insert(move || steps.inc(1)).await;
    bar.finish_and_clear();
    done.map_err(|error| match error {
        UserError::Taken(_) => {
            Failure("nothing imported: an email or username was taken meanwhile; try again".to_owned())
        }
        other => other.into(),
    })?;
    println!("Imported {}.", counted(count, "user", "users"));
    Ok(())
}

/// Prints what an import would do.
pub async fn dry_run(file: &UserFile, services: &Services) -> Result<(), Failure> {
    let members = check(file, services).await?;
    println!("OK: {} can be imported.", counted(members.count(), "user", "users"));
    Ok(())
}

/// Checks all users of the file. Reports every error of every line if there is any.
async fn check(file: &UserFile, services: &Services) -> Result<NewMembers, Failure> {
    let mut import = Import::begin(&services.users).await?;
    let mut lines = 0;
    file.read(|number, member, errors| {
        lines += 1;
        import.add(number, member, errors);
    })?;
    if lines == 0 {
        return Err(Failure("no users in this file".to_owned()));
    }
    import.finish().await?.map_err(|refused| report(&refused, lines))
}

fn report(refused: &BTreeMap<u64, Vec<Refused>>, lines: usize) -> Failure {
    for (number, why) in refused.iter().flat_map(|(number, all)| all.iter().map(move |why| (number, why))) {
        eprintln!("line {number}: {why}");
    }
    let (count, lines) = (refused.len(), counted(lines, "line", "lines"));
    Failure(format!("nothing imported: errors in {count} of {lines}; fix or remove them and try again"))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
