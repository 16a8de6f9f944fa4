//! `user add`.

use super::{Failure, NewUser, say};
use crate::{
    assemble,
    config::{self, Loaded, SourceConfig, SourceKind},
    sign_in::local::subject,
    storage::{Names, NewIdentity, NewLocalAccount, StorageError},
};
use pleiade_core::{Affiliation, Clock as _, ExposeSecret as _, Role, SecretString, SystemClock, TenantId};
use pleiade_federation::local::PasswordHashes;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

/// The French authority's advice for a password used alone (CNIL, recommendation of 2022).
const SHORTEST: usize = 12;

pub(super) async fn add(new: &NewUser) -> Result<(), Failure> {
    let loaded = config::load(&new.file.config)?;
    let source = source(&loaded, new)?;
    let login = new.login.trim().to_lowercase();
    if login.is_empty() || login.len() > 256 || login.chars().any(char::is_control) {
        return Err(Failure::other("a login has 1 to 256 characters"));
    }
    if source.owner.is_some() && new.role.contains(&Role::Operator) {
        return Err(Failure::other(
            "the role operator comes from the operator's own sources only, and this source belongs to a collectivité",
        ));
    }
    let password = read_password()?;
    if password.expose_secret().chars().count() < SHORTEST {
        return Err(Failure::other(format!("the password has fewer than {SHORTEST} characters")));
    }
    let busy = |error: pleiade_federation::local::HashError| Failure::other(error.to_string());
    let password_hash = PasswordHashes::new().map_err(busy)?.hash(&password).await.map_err(busy)?;
    let affiliation = |tenant: &TenantId| {
        let mut affiliation = Affiliation::new(tenant.clone(), new.kind);
        affiliation.function.clone_from(&new.function);
        affiliation.roles = new.role.iter().copied().collect();
        affiliation
    };
    let account = NewLocalAccount {
        person: NewIdentity {
            source: source.id.clone(),
            subject: subject(&source.id, &random_key()?)
                .map_err(|error| Failure::other(error.to_string()))?,
            owner: source.owner.clone(),
            names: Names {
                display_name: new.name.clone().unwrap_or_else(|| login.clone()),
                mail: new.mail.clone(),
                login: Some(login.clone()),
                ..Names::default()
            },
            created_at: SystemClock::default().now(),
        },
        login: login.clone(),
        password_hash,
        affiliations: new.tenant.iter().map(affiliation).collect(),
    };
    let storage = assemble::storage(&loaded.config).await?;
    let outcome = storage.create_local_account(&account).await;
    storage.close().await;
    match outcome {
        Ok(_) => say(&format!("{login} may sign in with {}", source.name)),
        Err(StorageError::Conflict) => {
            Err(Failure::other(format!("the source {} already has an account {login}", source.id)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The local source for these tenants.
fn source<'a>(loaded: &'a Loaded, new: &NewUser) -> Result<&'a SourceConfig, Failure> {
    let config = &loaded.config;
    for tenant in &new.tenant {
        if !config.tenants.iter().any(|known| known.id == *tenant) {
            return Err(Failure::other(format!("the configuration has no tenant {tenant}")));
        }
    }
    let serves = |source: &&SourceConfig| {
        source.kind == SourceKind::Local
            && source.owner.as_ref().is_none_or(|owner| new.tenant.iter().all(|tenant| tenant == owner))
            && new.source.as_ref().is_none_or(|id| source.id == *id)
    };
    let mut found = config.sources.iter().filter(serves);
    match (found.next(), found.next()) {
        (Some(source), None) => Ok(source),
        (Some(_), Some(_)) => {
            Err(Failure::other("several local sources serve this collectivité: choose one with --source"))
        }
        (None, _) => Err(Failure::other(
            "no local source serves this collectivité: add one to the configuration, with kind = \"local\"",
        )),
    }
}

/// 128 random bits in hexadecimal: the key of the account, which takes the place of the login for ever.
fn random_key() -> Result<String, Failure> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|_| Failure::other("the machine gives no randomness"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(random)))
}

/// From the terminal without showing it, or the first line of standard input.
fn read_password() -> Result<SecretString, Failure> {
    let unreadable = |_| Failure::other("the password cannot be read");
    let input = io::stdin();
    let terminal = input.is_terminal();
    if terminal {
        write!(io::stderr(), "Password: ").map_err(unreadable)?;
        io::stderr().flush().map_err(unreadable)?;
        echo(false);
    }
    let mut line = String::new();
    let read = input.lock().take(4096).read_line(&mut line);
    if terminal {
        echo(true);
        let _ = writeln!(io::stderr());
    }
    read.map_err(unreadable)?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Where `stty` is missing the password is shown while typed, which is better than not being able to type it.
fn echo(on: bool) {
    let _ = std::process::Command::new("stty").arg(if on { "echo" } else { "-echo" }).status();
}
