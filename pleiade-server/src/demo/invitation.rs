//! What the terminal tells whoever started a demonstration: where to go, as whom, and what each will see; in French, then in English.

use super::PASSWORD;
use pleiade_testkit::{living::MINUTES, people::PEOPLE};
use std::{fmt::Write as _, path::Path, time::Duration};
use url::Url;

/// What somebody will see, in French and in English.
fn what(login: &str) -> (&'static str, &'static str) {
    match login {
        "cdurand" => (
            "agente de la ville\u{a0}: ses dossiers à viser, sa journée, ses congés",
            "an agent of the town: folders to approve, her day, her leave",
        ),
        "blefevre" => (
            "élu, sur un téléphone\u{a0}: sa prochaine séance, ses parapheurs",
            "an élu, on a phone: his next sitting, what he has to sign",
        ),
        "sobrien" => (
            "secrétaire de trois petites communes\u{a0}: une seule liste pour les trois",
            "the clerk of three small communes: one list for the three",
        ),
        "hmarchand" => (
            "directrice générale de la ville\u{a0}: échéances légales, lettres de la préfecture",
            "head of the services of the town: legal deadlines, letters of the prefect",
        ),
        "kbenali" => (
            "comptable d’une communauté de communes\u{a0}: engagements, factures, flux refusés",
            "the accountant of a group of communes: commitments, invoices, refused flows",
        ),
        _ => (
            "administration de la plateforme\u{a0}: la console, et tous les états d’une carte",
            "administration of the platform: the console, and every state of a card",
        ),
    }
}

/// What will happen, and when.
fn arrivals(french: bool) -> String {
    let [mail, folder, message, ..] = MINUTES;
    match french {
        true => format!(
            "Au bout de {mail} min arrive un courriel, de {folder} un dossier à viser, de {message} un message et un acte acquitté\u{a0}: sans recharger."
        ),
        false => format!(
            "After {mail} min a mail arrives, after {folder} a folder, after {message} a message and an acknowledged act: no reload needed."
        ),
    }
}

/// The invitation to a demonstration at this address, whose folder is this one if it is kept. Its last line is the address.
pub(super) fn invitation(url: &Url, kept: Option<&Path>, start: Duration) -> String {
    let mut text = String::new();
    let widest = PEOPLE.iter().map(|person| person.login.len()).max().unwrap_or(0);
    for french in [true, false] {
        let kept = match (kept, french) {
            (None, true) => "Rien n’est conservé.".to_owned(),
            (None, false) => "Nothing is kept.".to_owned(),
            (Some(folder), true) => {
                format!("Le bureau retient ce que l’on y fait dans {}.", folder.display())
            }
            (Some(folder), false) => format!("What people do in the desk is kept in {}.", folder.display()),
        };
        let title = match french {
            true => format!("Démonstration de Pléiade. Mot de passe de chacun\u{a0}: {PASSWORD}. {kept}"),
            false => format!("Demonstration of Pléiade. Everybody’s password: {PASSWORD}. {kept}"),
        };
        // Writing to a text never fails.
        let _ = writeln!(text, "{title}");
        for person in PEOPLE {
            let (fr, en) = what(person.login);
            let what = if french { fr } else { en };
            let _ = writeln!(text, "  {:widest$}  {}, {what}", person.login, person.display_name());
        }
        let _ = writeln!(text, "  {}\n", arrivals(french));
    }
    let _ = write!(text, "ready in {} ms\n{url}", start.as_millis());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_line_of_their_own_in_both_languages() {
        let url: Url = "http://127.0.0.1:8080/".parse().unwrap();
        let text = invitation(&url, None, Duration::from_micros(87_900));
        assert!(text.lines().any(|line| line == "ready in 87 ms"), "{text}");
        for person in PEOPLE {
            let lines: Vec<_> = text.lines().filter(|line| line.contains(person.login)).collect();
            assert_eq!(lines.len(), 2, "{}", person.login);
            assert!(lines.iter().all(|line| line.chars().count() <= 120), "{lines:?}");
            let mut others = PEOPLE.iter().filter(|other| other.login != person.login);
            assert!(others.all(|other| what(other.login) != what(person.login)), "{}", person.login);
        }
        let told: Vec<_> =
            text.lines().filter(|line| line.contains(&format!("{} min", MINUTES[0]))).collect();
        assert!(told.len() == 2 && told.iter().all(|line| line.chars().count() <= 120), "{told:?}");
        assert_eq!(text.lines().last(), Some("http://127.0.0.1:8080/"));
        assert!(text.contains("Rien n’est conservé.") && text.contains("Nothing is kept."));
        let kept = invitation(&url, Some(Path::new("/srv/demo")), Duration::ZERO);
        assert_eq!(kept.matches("/srv/demo").count(), 2);
    }
}
