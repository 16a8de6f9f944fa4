//! `upgrade`: what closes when a database of a version before links is brought up to date; with `--apply`, doing it.
//!
//! People are told by number and links by the digest that the log has of their subject: nothing here says more than the log does.

use super::{args::print_line, failure::Failure};
use crate::{
    assemble,
    config::{self, ConnectorKinds},
    seal::Sealer,
    storage::{
        Storage,
        upgrade::{Keep, LinkConflict, SeenLink, Upgrade},
    },
    upgrade,
};
use chrono::{DateTime, Utc};
use clap::Args;
use pleiade_core::IdentityId;
use std::{path::PathBuf, sync::Arc};

#[derive(Debug, Args)]
pub(super) struct UpgradeArgs {
    /// The configuration.
    #[arg(long, short, env = "PLEIADE_CONFIG")]
    config: PathBuf,
    /// Close what the report says, and bring the database up to date. Stop every server that uses it first, and keep a backup.
    #[arg(long)]
    apply: bool,
    /// Let another link stay than the one used last, as the report names them: person and link, such as 13:d95e9d458f7d828f.
    #[arg(long, value_name = "PERSON:LINK", value_parser = parse_keep)]
    keep: Vec<Keep>,
}

fn parse_keep(text: &str) -> Result<Keep, &'static str> {
    let told = text.split_once(':').and_then(|(person, link)| Some((person.parse().ok()?, link)));
    let (person, link) = told.ok_or("a person's number, a colon and a link, as the report has them")?;
    Ok(Keep { person: IdentityId(person), handle: link.to_owned() })
}

pub(super) async fn upgrade(args: &UpgradeArgs, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let loaded = config::load_with(&args.config, kinds)?;
    if !args.apply {
        let Some(planned) = assemble::review_upgrade(&loaded.config, &args.keep).await? else {
            return print_line("nothing to close: the database is empty, or past the step to links");
        };
        report(&planned)?;
        return print_line("nothing was changed; `--apply` closes this and brings the database up to date");
    }
    let sealer = assemble::sealer(&loaded.config).map_err(|error| Failure::other(error.to_string()))?;
    let (storage, done) = assemble::open_storage_upgrading(&loaded.config, &args.keep).await?;
    let outcome = finish(&storage, &sealer, done.as_ref()).await;
    storage.close().await;
    outcome
}

async fn finish(storage: &Arc<dyn Storage>, sealer: &Sealer, done: Option<&Upgrade>) -> Result<(), Failure> {
    if let Some(done) = done {
        report(done)?;
    }
    if let Some(sealed) = upgrade::seal_by_link(storage, sealer).await? {
        print_line(&format!("{} sealed records are sealed for their link", sealed.resealed))?;
        if sealed.unreadable > 0 {
            print_line(&format!("{} were altered or moved, and were left as they are", sealed.unreadable))?;
        }
        if sealed.of_another_key > 0 {
            print_line(&format!(
                "{} were sealed with another key and wait: start with the old key in seal.previous_key_file",
                sealed.of_another_key
            ))?;
        }
    }
    print_line("the database is up to date")
}

fn report(upgrade: &Upgrade) -> Result<(), Failure> {
    for conflict in &upgrade.conflicts {
        print_conflict(conflict)?;
    }
    let closed = &upgrade.closed;
    print_line(&format!(
        "in all: {} links, {} sessions, {} connected accounts and {} delegations close; whoever is concerned is told at the next sign-in",
        closed.links, closed.sessions, closed.linked_accounts, closed.delegations
    ))?;
    if closed.linked_accounts_of_nobody > 0 {
        print_line(&format!(
            "{} of these connected accounts belong to people without an open link, who cannot be told",
            closed.linked_accounts_of_nobody
        ))?;
    }
    Ok(())
}

fn print_conflict(conflict: &LinkConflict) -> Result<(), Failure> {
    let LinkConflict { person, source, stays, closes, affiliations_to_give } = conflict;
    print_line(&format!("person {person}, source {source}: {}", link_line("stays", stays)))?;
    for other in closes {
        print_line(&format!("person {person}, source {source}: {}", link_line("closes", other)))?;
    }
    if *affiliations_to_give {
        print_line(&format!(
            "person {person}, source {source}: the account that stays belongs to no collectivité until an administrator says so: what was kept with the one that closes stays with it"
        ))?;
    }
    Ok(())
}

fn link_line(verb: &str, link: &SeenLink) -> String {
    let used = link.used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", time(at)));
    let rule = link.rule.as_deref().unwrap_or("first");
    let mut text =
        format!("link {} {verb}, {used}, made {} by rule {rule}", link.handle, time(link.created_at));
    if let Some(from) = link.from {
        text += &format!(", was person {from}'s");
    }
    if let Some((by, at)) = link.after_reset_by {
        text += &format!(", after person {by} had a password of this person reset on {}", time(at));
    }
    text
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
