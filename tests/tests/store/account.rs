//! Accounts, sessions, factors: who gets in, and for how long.

use chrono::Duration;
use domain::account::InviteForm;
use domain::{Actor, Error, ProblemKind, Role, Roles, SessionId};
use std::collections::BTreeSet;
use store::{Factor, From};
use tests::house::{PASSWORD, from};
use tests::{House, draft, on_both};

fn invalid(error: Error) -> Vec<(String, ProblemKind)> {
    let Error::Invalid(problems) = error else {
        panic!("{error:?}")
    };
    problems
        .into_iter()
        .map(|problem| (problem.field, problem.kind))
        .collect()
}

fn wrong(field: &str) -> Error {
    Error::at(field, ProblemKind::Wrong)
}

fn roles(roles: &[Role]) -> Roles {
    roles.iter().copied().collect()
}

/// The code that an authenticator app shows now.
fn code_of(secret: &str, house: &House) -> String {
    tests::one_time_code(secret, house.clock.now())
}

/// Sets up a factor: the secret and the recovery codes.
async fn enrol(house: &House, actor: &Actor) -> (String, Vec<String>) {
    let secret = house.store.factor_setup(actor).await.expect("a secret").secret;
    let (codes, _) = house
        .store
        .confirm_factor(actor, &code_of(&secret, house))
        .await
        .expect("confirmed");
    (secret, codes)
}

async fn lives(house: &House, token: &str) -> bool {
    house
        .store
        .actor_for(token, &From::default())
        .await
        .expect("an answer")
        .is_some()
}

on_both! {
    in House::empty;

    async fn the_door_of_the_set_up_opens_once_and_locks_behind_itself(house) {
        let old = house.store.new_setup_link().await.expect("a link");
        let link = house.store.new_setup_link().await.expect("a link");
        assert_eq!(house.store.check_setup_link(&old).await, Err(Error::NotFound), "a newer link ends the older");
        assert_eq!(house.store.check_setup_link("made up").await, Err(Error::NotFound));
        house.store.check_setup_link(&link).await.expect("good");
        house.clock.advance(Duration::hours(73));
        assert_eq!(house.store.check_setup_link(&link).await, Err(Error::NotFound), "expired");
        house.set_up(false).await;
        assert!(!house.store.needs_setup().await.expect("an answer"));
        assert_eq!(house.store.new_setup_link().await, Err(Error::NotFound));
        assert_eq!(house.store.check_setup_link(&link).await, Err(Error::NotFound));
        let admin = house.actor("admin").await;
        assert_eq!(admin.roles, roles(&[Role::Administrator]));
        assert_eq!(house.actor("nour").await.roles, roles(&[Role::Chair]));
    }
}

mod people {
    use super::*;

    on_both! {
        async fn an_invitation_works_once_and_expires(house) {
            let admin = house.actor("admin").await;
            let link = house.invite(&admin, "tala", "Tala", &["investigator"]).await;
            let view = house.store.invitation(&link).await.expect("good");
            assert_eq!((view.login.as_str(), view.name.as_str()), ("tala", "Tala"));
            assert_eq!(house.store.invitation("made up").await.err(), Some(Error::NotFound));
            let short = house.store.accept_invitation(&link, "short", "other", &from("tala")).await.expect_err("refused");
            assert_eq!(invalid(short).len(), 2);
            assert!(house.store.log_in("tala", PASSWORD, &from("tala")).await.is_err());
            let again = house.store.invite_again(&admin, "tala").await.expect("a new link");
            assert_eq!(house.store.accept_invitation(&link, PASSWORD, PASSWORD, &from("tala")).await, Err(Error::NotFound), "the old link has ended");
            house.clock.advance(Duration::hours(72));
            assert_eq!(house.store.accept_invitation(&again, PASSWORD, PASSWORD, &from("tala")).await, Err(Error::NotFound), "expired");
            let admin = house.actor("admin").await;
            let link = house.store.invite_again(&admin, "tala").await.expect("a new link");
            let desk = from("tala");
            let both = futures::future::join_all((0..6).map(|_| house.store.accept_invitation(&link, PASSWORD, PASSWORD, &desk))).await;
            assert_eq!(both.iter().filter(|accepted| accepted.is_ok()).count(), 1, "{both:?}");
            let taken = InviteForm { login: "tala".into(), name: "Other".into(), roles: vec!["auditor".into()] }.check().expect("a form");
            assert_eq!(house.store.invite(&admin, &taken).await, Err(Error::at("login", ProblemKind::Taken)));
        }

        async fn a_role_that_reads_content_counts_only_when_the_chair_has_confirmed_it(house) {
            let (admin, nour) = (house.actor("admin").await, house.actor("nour").await);
            let link = house.invite(&admin, "tala", "Tala", &["investigator", "supervisor"]).await;
            house.store.accept_invitation(&link, PASSWORD, PASSWORD, &from("tala")).await.expect("accepted");
            let tala = house.actor("tala").await;
            assert_eq!(tala.roles, Roles::NONE);
            assert_eq!(house.store.create_case(&tala, &draft::case("x", "")).await, Err(Error::Forbidden));
            assert_eq!(house.store.list(&tala, domain::Kind::Case, &store::ListFilter::default(), 10).await.err(), Some(Error::Forbidden));
            assert_eq!(house.store.confirm_account(&admin, "tala").await, Err(Error::Forbidden));
            assert_eq!(house.store.confirm_account(&house.actor("huda").await, "tala").await, Err(Error::Forbidden));
            let rows = house.store.accounts(&nour).await.expect("a list");
            let row = rows.iter().find(|row| row.login == "tala").expect("listed");
            assert!(row.roles.iter().all(|role| !role.confirmed) && row.roles.len() == 2);
            house.store.confirm_account(&nour, "tala").await.expect("confirmed");
            assert_eq!(house.actor("tala").await.roles, roles(&[Role::Investigator, Role::Supervisor]));
            // More roles wait again; fewer end at once.
            house.clock.advance(Duration::seconds(1));
            house.store.propose_roles(&admin, "tala", roles(&[Role::Investigator, Role::Chair])).await.expect("proposed");
            assert_eq!(house.actor("tala").await.roles, roles(&[Role::Investigator]));
        }

        async fn nobody_confirms_or_changes_their_own_account(house) {
            let (admin, nour) = (house.actor("admin").await, house.actor("nour").await);
            house.clock.advance(Duration::seconds(1));
            house.store.propose_roles(&admin, "nour", roles(&[Role::Chair, Role::Supervisor])).await.expect("proposed");
            assert_eq!(house.store.confirm_account(&nour, "nour").await, Err(Error::Forbidden));
            assert_eq!(house.last().await.line(), "confirm_account refused");
            assert_eq!(house.actor("nour").await.roles, roles(&[Role::Chair]));
            let own = house.store.propose_roles(&admin, "admin", roles(&[Role::Investigator])).await.expect_err("refused");
            assert_eq!(invalid(own), [("roles".to_owned(), ProblemKind::NotBySelf)]);
            assert!(house.store.set_disabled(&admin, "admin", true).await.is_err());
        }

        async fn who_lost_the_way_in_starts_anew_and_waits_for_the_chair_again(house) {
            let (admin, nour) = (house.actor("admin").await, house.actor("nour").await);
            let (token, lina) = house.sign_in("lina").await;
            enrol(house, &lina.actor).await;
            house.clock.advance(Duration::seconds(60));
            let link = house.store.invite_again(&admin, "lina").await.expect("a link");
            assert!(!lives(house, &token).await, "the session has ended");
            assert!(house.store.log_in("lina", PASSWORD, &from("lina")).await.is_err(), "the old password has ended");
            house.store.accept_invitation(&link, "another olive stair lamp", "another olive stair lamp", &from("lina")).await.expect("accepted");
            let good = house.store.log_in("lina", "another olive stair lamp", &from("lina")).await.expect("in");
            assert_eq!(good.factor, store::Factor::Given, "the old factor is not asked for");
            let again = house.store.actor_for(&good.token, &from("lina")).await.expect("an answer").expect("a session").actor;
            assert_eq!(again.roles, Roles::NONE, "whoever holds the link reads nothing before the chair agrees");
            house.store.confirm_account(&nour, "lina").await.expect("confirmed");
            let again = house.store.actor_for(&good.token, &from("lina")).await.expect("an answer").expect("a session").actor;
            assert_eq!(again.roles, roles(&[Role::Investigator]));
            house.store.set_disabled(&admin, "sami", true).await.expect("disabled");
            assert_eq!(house.store.invite_again(&admin, "sami").await, Err(Error::NotFound), "a disabled account stays out");
            assert_eq!(invalid(house.store.invite_again(&admin, "admin").await.expect_err("refused")), [(String::new(), ProblemKind::NotBySelf)]);
        }

        async fn the_committee_always_has_a_chair(house) {
            let admin = house.actor("admin").await;
            let last = [(String::new(), ProblemKind::LastChair)];
            house.clock.advance(Duration::seconds(1));
            assert_eq!(invalid(house.store.set_disabled(&admin, "nour", true).await.expect_err("refused")), last);
            assert_eq!(invalid(house.store.propose_roles(&admin, "nour", roles(&[Role::Supervisor])).await.expect_err("refused")), last);
            assert_eq!(invalid(house.store.invite_again(&admin, "nour").await.expect_err("refused")), last);
            assert_eq!(house.actor("nour").await.roles, roles(&[Role::Chair]));
            // With a second one confirmed, the first may go.
            house.store.propose_roles(&admin, "huda", roles(&[Role::Supervisor, Role::Chair])).await.expect("proposed");
            assert_eq!(invalid(house.store.set_disabled(&admin, "nour", true).await.expect_err("refused")), last, "who waits is no chair yet");
            house.store.confirm_account(&house.actor("nour").await, "huda").await.expect("confirmed");
            house.store.set_disabled(&admin, "nour", true).await.expect("disabled");
        }

        async fn roles_that_must_stay_apart_are_refused(house) {
            let admin = house.actor("admin").await;
            for clash in [[Role::Auditor, Role::Investigator], [Role::Administrator, Role::Chair], [Role::Administrator, Role::Auditor]] {
                let refused = house.store.propose_roles(&admin, "lina", roles(&clash)).await.expect_err("refused");
                assert_eq!(invalid(refused), [("roles".to_owned(), ProblemKind::RolesClash)]);
                let names = clash.map(|role| role.name().to_owned()).to_vec();
                let form = InviteForm { login: "tala".into(), name: "Tala".into(), roles: names };
                assert!(form.check().is_err());
                // A form that was not checked comes no further.
                let unchecked = domain::account::Invitation { login: "tala".into(), name: "Tala".into(), roles: roles(&clash) };
                assert!(house.store.invite(&admin, &unchecked).await.is_err());
                assert!(house.store.add_account_from_command_line("tala", "Tala", roles(&clash), None).await.is_err());
            }
            assert!(house.store.propose_roles(&admin, "lina", Roles::NONE).await.is_err());
            assert_eq!(house.actor("lina").await.roles, roles(&[Role::Investigator]));
        }

        async fn only_administrators_manage_accounts_and_a_stranger_s_login_is_not_told(house) {
            for login in ["lina", "huda", "nour", "zaid"] {
                let actor = house.actor(login).await;
                for of in ["sami", "no-such-login"] {
                    let mark = house.mark().await;
                    assert_eq!(house.store.set_disabled(&actor, of, true).await, Err(Error::Forbidden), "{login} {of}");
                    assert_eq!(house.store.end_sessions_of(&actor, of).await, Err(Error::Forbidden), "{login} {of}");
                    assert_eq!(house.store.propose_roles(&actor, of, roles(&[Role::Chair])).await, Err(Error::Forbidden), "{login} {of}");
                    assert_eq!(house.store.invite_again(&actor, of).await, Err(Error::Forbidden), "{login} {of}");
                    assert_eq!(house.since(mark).await.len(), 4, "{login} {of}: each is logged");
                }
            }
            let admin = house.actor("admin").await;
            assert_eq!(house.store.set_disabled(&admin, "no-such-login", true).await, Err(Error::NotFound));
        }

        async fn a_disabled_account_is_out_at_once_and_stays_out(house) {
            let admin = house.actor("admin").await;
            let (token, _) = house.sign_in("lina").await;
            house.store.set_disabled(&admin, "lina", true).await.expect("disabled");
            assert!(!lives(house, &token).await);
            assert_eq!(house.store.log_in("lina", PASSWORD, &from("lina")).await.err(), Some(wrong("password")));
            house.store.set_disabled(&admin, "lina", false).await.expect("enabled");
            assert!(!lives(house, &token).await, "the old session does not come back");
            house.actor("lina").await;
        }

        async fn a_session_ends_when_it_is_idle_and_when_its_time_is_up(house) {
            let (token, signed_in) = house.sign_in("lina").await;
            let left = signed_in.expires_at - house.clock.now();
            assert!(left <= Duration::hours(10) && left > Duration::hours(10) - Duration::seconds(1));
            house.clock.advance(Duration::minutes(29));
            assert!(lives(house, &token).await);
            house.clock.advance(Duration::minutes(30) - Duration::seconds(1));
            assert!(lives(house, &token).await);
            house.clock.advance(Duration::minutes(30));
            assert!(!lives(house, &token).await, "idle");
            let (token, _) = house.sign_in("lina").await;
            for _ in 0..29 {
                house.clock.advance(Duration::minutes(20));
                assert!(lives(house, &token).await);
            }
            house.clock.advance(Duration::minutes(20) - Duration::seconds(1));
            assert!(lives(house, &token).await);
            house.clock.advance(Duration::seconds(1));
            assert!(!lives(house, &token).await, "ten hours are up");
        }

        async fn one_sees_and_ends_one_s_own_sessions_and_nobody_else_s(house) {
            let (here, signed_in) = house.sign_in("lina").await;
            let (there, other) = house.sign_in("lina").await;
            let (_, sami) = house.sign_in("sami").await;
            let lina = signed_in.actor;
            let mine = house.store.my_account(&lina).await.expect("mine");
            assert_eq!(mine.sessions.len(), 2);
            assert_eq!(mine.sessions.iter().filter(|session| session.this).count(), 1);
            assert_eq!(house.store.revoke_session(&lina, sami.actor.session.expect("a session")).await, Err(Error::NotFound));
            assert_eq!(house.store.revoke_session(&lina, SessionId(uuid::Uuid::nil())).await, Err(Error::NotFound));
            house.store.revoke_session(&lina, other.actor.session.expect("a session")).await.expect("ended");
            assert!(lives(house, &here).await && !lives(house, &there).await);
            house.store.sign_out(&lina).await.expect("signed out");
            assert!(!lives(house, &here).await);
        }

        async fn changing_the_password_ends_the_other_sessions(house) {
            let (here, signed_in) = house.sign_in("lina").await;
            let (there, _) = house.sign_in("lina").await;
            let lina = signed_in.actor;
            let new = "lamp wind olive stair";
            assert_eq!(invalid(house.store.change_password(&lina, "not it", new, new).await.expect_err("refused")), [("current".to_owned(), ProblemKind::Wrong)]);
            assert_eq!(invalid(house.store.change_password(&lina, PASSWORD, new, "other").await.expect_err("refused")), [("password_again".to_owned(), ProblemKind::NotEqual)]);
            assert!(house.store.change_password(&lina, PASSWORD, "my name is lina today", "my name is lina today").await.is_err());
            assert!(lives(house, &there).await);
            house.store.change_password(&lina, PASSWORD, new, new).await.expect("changed");
            assert!(lives(house, &here).await && !lives(house, &there).await);
            assert!(house.store.log_in("lina", PASSWORD, &from("lina")).await.is_err());
            house.store.log_in("lina", new, &from("lina")).await.expect("the new one");
        }

        async fn stepping_up_changes_the_token_and_lasts_five_minutes(house) {
            let (token, signed_in) = house.sign_in("lina").await;
            assert!(!signed_in.actor.stepped_up);
            assert_eq!(house.store.step_up(&signed_in.actor, "not it").await, Err(wrong("password")));
            let fresh = house.store.step_up(&signed_in.actor, PASSWORD).await.expect("stepped up");
            assert!(!lives(house, &token).await, "the old token");
            let stepped_up = async || house.store.actor_for(&fresh, &From::default()).await.expect("an answer").expect("a session").actor.stepped_up;
            assert!(stepped_up().await);
            house.clock.advance(Duration::minutes(5));
            assert!(!stepped_up().await);
        }

        async fn an_address_that_guesses_is_slowed_and_a_known_browser_still_signs_in(house) {
            let desk = from("lina");
            let device = house.store.log_in("lina", PASSWORD, &desk).await.expect("signs in").device;
            for _ in 0..10 {
                assert_eq!(house.store.log_in("lina", "a guess that is wrong", &desk).await.err(), Some(wrong("password")));
            }
            for login in ["lina", "sami", "nobody"] {
                assert_eq!(house.store.log_in(login, PASSWORD, &desk).await.err(), Some(Error::TooMany(6)), "{login} from there");
            }
            house.store.log_in("lina", PASSWORD, &from("sami")).await.expect("from elsewhere");
            house.store.log_in("lina", PASSWORD, &From { device: Some(device.clone()), ..desk.clone() }).await.expect("from a known browser");
            // The browser is known for her alone, and a made-up one for nobody.
            assert!(matches!(house.store.log_in("sami", PASSWORD, &From { device: Some(device.clone()), ..desk.clone() }).await.err(), Some(Error::TooMany(_))));
            let forged = format!("{}x", &device[..device.len() - 1]);
            assert!(matches!(house.store.log_in("lina", PASSWORD, &From { device: Some(forged), ..desk.clone() }).await.err(), Some(Error::TooMany(_))));
            house.clock.advance(Duration::seconds(6));
            house.store.log_in("lina", PASSWORD, &desk).await.expect("after a while");
        }

        async fn what_was_typed_when_the_session_ended_is_given_back_once_and_to_the_same_person(house) {
            let (token, _) = house.sign_in("lina").await;
            house.clock.advance(Duration::minutes(31));
            assert!(!lives(house, &token).await);
            assert!(house.store.keep_post(&token, "/testimonies/new", "p_text=ما كُتب").await.expect("an answer"));
            let sami = house.actor("sami").await;
            assert!(!house.store.has_kept_post(&sami).await.expect("an answer"));
            assert_eq!(house.store.take_kept_post(&sami).await, Err(Error::NotFound));
            let lina = house.actor("lina").await;
            assert!(house.store.has_kept_post(&lina).await.expect("an answer"));
            let both = futures::future::join_all((0..6).map(|_| house.store.take_kept_post(&lina))).await;
            let given: Vec<_> = both.into_iter().filter_map(Result::ok).collect();
            assert_eq!(given, [("/testimonies/new".to_owned(), "p_text=ما كُتب".to_owned())], "once");
            assert!(!house.store.has_kept_post(&lina).await.expect("an answer"));
        }

        async fn nothing_is_kept_for_a_session_that_was_ended_on_purpose(house) {
            let admin = house.actor("admin").await;
            let (out, signed_in) = house.sign_in("lina").await;
            house.store.sign_out(&signed_in.actor).await.expect("signed out");
            let (revoked, _) = house.sign_in("lina").await;
            house.store.end_sessions_of(&admin, "lina").await.expect("ended");
            let (disabled, _) = house.sign_in("sami").await;
            house.store.set_disabled(&admin, "sami", true).await.expect("disabled");
            house.store.set_disabled(&admin, "sami", false).await.expect("enabled");
            for token in [out.as_str(), &revoked, &disabled, "made up"] {
                assert!(!house.store.keep_post(token, "/", "body").await.expect("an answer"));
            }
            assert_eq!(house.raw().await.number("SELECT count(*) FROM kept_post").await, 0);
        }
    }
}

mod factor {
    use super::*;

    on_both! {
        in House::with_factor;

        async fn until_the_factor_is_set_up_an_account_does_nothing(house) {
            let (_, signed_in) = house.sign_in("lina").await;
            assert_eq!((signed_in.factor, signed_in.actor.roles), (Factor::ToSetUp, Roles::NONE));
            assert_eq!(house.store.create_case(&signed_in.actor, &draft::case("x", "")).await, Err(Error::Forbidden));
            assert_eq!(house.store.confirm_factor(&signed_in.actor, "000000").await.err(), Some(wrong("code")));
            let secret = house.store.factor_setup(&signed_in.actor).await.expect("a secret").secret;
            let (codes, token) = house.store.confirm_factor(&signed_in.actor, &code_of(&secret, house)).await.expect("confirmed");
            assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 10);
            let again = house.store.actor_for(&token, &From::default()).await.expect("an answer").expect("a session");
            assert_eq!((again.factor, again.actor.roles), (Factor::Given, roles(&[Role::Investigator])));
        }

        async fn a_code_of_the_app_works_once_even_for_two_at_once(house) {
            let (_, first) = house.sign_in("lina").await;
            let (secret, _) = enrol(house, &first.actor).await;
            let (_, waiting) = house.sign_in("lina").await;
            assert_eq!(waiting.factor, Factor::Awaited);
            assert_eq!(house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await, Err(wrong("code")), "used at enrolment");
            house.clock.advance(Duration::seconds(30));
            let code = code_of(&secret, house);
            let mut sessions = Vec::new();
            for _ in 0..6 {
                sessions.push(house.sign_in("lina").await.1.actor);
            }
            let given = futures::future::join_all(sessions.iter().map(|actor| house.store.give_factor(actor, &code))).await;
            assert_eq!(given.iter().filter(|given| given.is_ok()).count(), 1, "{given:?}");
            // A code of the step before the last one used is spent as well.
            house.clock.advance(Duration::seconds(30));
            assert_eq!(house.store.give_factor(&waiting.actor, &code).await, Err(wrong("code")));
            let token = house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await.expect("the next code");
            let again = house.store.actor_for(&token, &From::default()).await.expect("an answer").expect("a session");
            assert_eq!((again.factor, again.actor.stepped_up), (Factor::Given, true));
        }

        async fn a_recovery_code_works_once(house) {
            let (_, first) = house.sign_in("lina").await;
            let (_, codes) = enrol(house, &first.actor).await;
            let mut sessions = Vec::new();
            for _ in 0..6 {
                sessions.push(house.sign_in("lina").await.1.actor);
            }
            let typed = codes[3].to_lowercase().replace('-', " ");
            let given = futures::future::join_all(sessions.iter().map(|actor| house.store.give_factor(actor, &typed))).await;
            assert_eq!(given.iter().filter(|given| given.is_ok()).count(), 1, "{given:?}");
            assert_eq!(house.store.my_account(&house_full(house, &given).await).await.expect("mine").recovery_codes, 9);
            assert_eq!(house.raw().await.number("SELECT count(*) FROM recovery_code WHERE used_at IS NOT NULL").await, 1);
        }

        async fn the_password_alone_is_not_enough_for_anything(house) {
            let (_, first) = house.sign_in("lina").await;
            let (secret, _) = enrol(house, &first.actor).await;
            // Something of hers is kept.
            house.clock.advance(Duration::seconds(30));
            let (_, waiting) = house.sign_in("lina").await;
            let token = house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await.expect("in");
            house.clock.advance(Duration::minutes(31));
            assert!(house.store.keep_post(&token, "/testimonies/new", "سر").await.expect("an answer"));
            // Who has her password and not her telephone:
            let (stolen, thief) = house.sign_in("lina").await;
            assert_eq!(thief.factor, Factor::Awaited);
            let thief = thief.actor;
            assert!(house.store.take_kept_post(&thief).await.is_err(), "reads what she typed");
            assert!(!house.store.has_kept_post(&thief).await.is_ok_and(|kept| kept), "learns that something is kept");
            let stepped = house.store.step_up(&thief, PASSWORD).await;
            assert!(stepped.is_err(), "the password given twice is no second factor");
            assert_eq!(house.store.factor_setup(&thief).await.err(), Some(Error::StepUpNeeded));
            assert_eq!(house.store.confirm_factor(&thief, "000000").await.err(), Some(Error::StepUpNeeded));
            assert!(house.store.change_password(&thief, PASSWORD, "lamp wind olive stair", "lamp wind olive stair").await.is_err(), "locks her out");
            let hers = house.store.my_account(&thief).await.map(|mine| mine.sessions.len());
            assert!(hers.is_err(), "sees her sessions");
            let still = house.store.actor_for(&stolen, &From::default()).await.expect("an answer").expect("a session");
            assert_eq!((still.factor, still.actor.roles), (Factor::Awaited, Roles::NONE));
            house.store.sign_out(&thief).await.expect("signing out is always possible");
        }

        async fn changing_the_factor_takes_a_step_up(house) {
            let (_, first) = house.sign_in("lina").await;
            let (secret, _) = enrol(house, &first.actor).await;
            house.clock.advance(Duration::minutes(6));
            let (_, waiting) = house.sign_in("lina").await;
            let token = house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await.expect("in");
            let lina = async |token: &str| house.store.actor_for(token, &From::default()).await.expect("an answer").expect("a session").actor;
            house.clock.advance(Duration::minutes(6));
            let stale = lina(&token).await;
            assert_eq!(house.store.factor_setup(&stale).await.err(), Some(Error::StepUpNeeded));
            assert_eq!(house.store.confirm_factor(&stale, "000000").await.err(), Some(Error::StepUpNeeded));
            let token = house.store.step_up(&stale, PASSWORD).await.expect("stepped up");
            let fresh = lina(&token).await;
            let (new_secret, _) = enrol(house, &fresh).await;
            assert_ne!(new_secret, secret);
            house.clock.advance(Duration::seconds(60));
            let (_, waiting) = house.sign_in("lina").await;
            assert_eq!(house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await, Err(wrong("code")), "the old app");
            house.store.give_factor(&waiting.actor, &code_of(&new_secret, house)).await.expect("the new app");
        }

        async fn guessing_codes_is_slowed(house) {
            let (_, first) = house.sign_in("lina").await;
            let (secret, _) = enrol(house, &first.actor).await;
            house.clock.advance(Duration::minutes(1));
            let (_, waiting) = house.sign_in("lina").await;
            let mut refused = 0;
            for guess in 0..20 {
                match house.store.give_factor(&waiting.actor, &format!("{guess:06}")).await {
                    Err(Error::TooMany(_)) => refused += 1,
                    answer => assert_eq!(answer, Err(wrong("code"))),
                }
            }
            assert_eq!(refused, 10);
            assert!(matches!(house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await, Err(Error::TooMany(_))));
            house.clock.advance(Duration::minutes(1));
            house.store.give_factor(&waiting.actor, &code_of(&secret, house)).await.expect("in");
        }
    }

    /// The session of the one token that was given.
    async fn house_full(house: &House, given: &[Result<String, Error>]) -> Actor {
        let token = given.iter().find_map(|given| given.as_ref().ok()).expect("a token");
        house
            .store
            .actor_for(token, &From::default())
            .await
            .expect("an answer")
            .expect("a session")
            .actor
    }
}
