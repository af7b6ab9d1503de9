//! The paragraph editor: what its form can do anyway, without leaving the page, and saving while somebody writes.
//!
//! It wraps the form of a step of a testimony as the server wrote it (`pages/testimony_edit.rs`) and works on that markup: the
//! paragraph's buttons are the form's own submit buttons, taken over before they submit. What can't be saved is never
//! left: the text stays on the page until the server has it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Words of the editor. `{n}` stands for a number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EditorLabels {
    pub saving: String,
    pub saved: String,
    pub seconds_ago: String,
    pub minutes_ago: String,
    pub offline: String,
    pub signed_out: String,
    pub purpose: String,
    pub conflict: String,
    pub refused: String,
    pub failed: String,
    pub removed: String,
    pub undo: String,
    pub held: String,
}

/// Wakes the form inside.
#[island]
pub fn ParagraphEditor(labels: EditorLabels, children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    editor::wake(labels);
    #[cfg(not(feature = "hydrate"))]
    let _ = labels;
    children()
}

#[cfg(feature = "hydrate")]
mod editor {
    use super::EditorLabels;
    use js_sys::{JsString, Reflect};
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        AbortSignal, BeforeUnloadEvent, Document, Element, Event, EventInit, EventTarget, FormData, Headers,
        HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTemplateElement, HtmlTextAreaElement,
        KeyboardEvent, NodeList, Performance, RequestInit, RequestRedirect, Response, SubmitEvent, UrlSearchParams,
        Window,
    };

    /// Saves so long after the last key, in milliseconds.
    const QUIET: f64 = 2_000.0;
    /// Saves at the latest so long after the first change.
    const LATEST: f64 = 10_000.0;
    /// Tries again so long after a failure.
    const AGAIN: f64 = 5_000.0;
    /// Waits so long for an answer.
    const PATIENCE: u32 = 30_000;
    /// Paragraphs that are part of the statement: not those just removed, nor what stands for them.
    const LIVE: &str = "li.para:not([hidden], [data-gone])";

    /// What came of the last attempt to save.
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Fine,
        Offline,
        Failed,
        SignedOut,
        Purpose,
        /// Only the form itself helps: its page shows both texts, or what is wrong.
        Conflict,
        /// Both texts are shown: nothing is saved over the other before it is said.
        Held,
        Refused,
    }

    struct Editor {
        labels: EditorLabels,
        window: Window,
        document: Document,
        form: HtmlFormElement,
        /// The statement; the form itself where there is none.
        list: Element,
        template: Option<HtmlTemplateElement>,
        /// The words of the status line; announced when they change.
        word: Element,
        /// How long ago; not announced.
        ago: Element,
        /// What is odd in what was saved.
        odd: Element,
        /// The button that submits the form as it is.
        compare: Element,
        /// Runs on evenly, however the clock of the device is set.
        time: Performance,
        state: Cell<State>,
        /// When the first change was made that is not saved yet.
        changed: Cell<Option<f64>>,
        typed: Cell<f64>,
        /// Since when an answer is awaited.
        sent: Cell<Option<f64>>,
        saved: Cell<Option<f64>>,
        again: Cell<f64>,
        /// What was sent without an answer: perhaps the server has it. Sent again as it was, it is no conflict.
        unsure: RefCell<Option<String>>,
        /// The button to press when all is saved.
        then: RefCell<Option<HtmlElement>>,
        leaving: Cell<bool>,
    }

    /// Finds the form and listens to it.
    pub fn wake(labels: EditorLabels) {
        if let Some(editor) = find(labels) {
            Rc::new(editor).listen();
        }
    }

    fn find(labels: EditorLabels) -> Option<Editor> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let form: HtmlFormElement = document.get_element_by_id("testimony")?.dyn_into().ok()?;
        let part = |name: &str| form.query_selector(&format!("[data-saved={name}]")).ok().flatten();
        let (word, ago, odd, compare) = (part("word")?, part("ago")?, part("odd")?, part("compare")?);
        if let Ok(Some(hint)) = form.query_selector("[data-script]") {
            let _ = hint.remove_attribute("hidden");
        }
        Some(Editor {
            list: document
                .get_element_by_id("statement")
                .unwrap_or_else(|| form.clone().into()),
            template: document
                .get_element_by_id("paragraph")
                .and_then(|template| template.dyn_into().ok()),
            labels,
            document,
            form,
            word,
            ago,
            odd,
            compare,
            time: window.performance()?,
            window,
            state: Cell::new(State::Fine),
            changed: Cell::new(None),
            typed: Cell::new(0.0),
            sent: Cell::new(None),
            saved: Cell::new(None),
            again: Cell::new(0.0),
            unsure: RefCell::new(None),
            then: RefCell::new(None),
            leaving: Cell::new(false),
        })
    }

    fn on(target: &EventTarget, name: &str, run: impl FnMut(Event) + 'static) {
        let run = Closure::<dyn FnMut(Event)>::new(run).into_js_value();
        let _ = target.add_event_listener_with_callback(name, run.unchecked_ref());
    }

    fn elements(list: NodeList) -> impl Iterator<Item = Element> {
        (0..list.length()).filter_map(move |index| list.get(index)?.dyn_into().ok())
    }

    fn part<T: JsCast>(item: &Element, selector: &str) -> Option<T> {
        item.query_selector(selector).ok().flatten()?.dyn_into().ok()
    }

    fn focus(element: &impl JsCast) {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
    }

    fn text_of(item: &Element) -> Option<HtmlTextAreaElement> {
        part(item, "textarea")
    }

    /// Writes a text as if it had been typed, so that the field grows with it in every browser.
    fn write(area: &HtmlTextAreaElement, text: &str) {
        area.set_value(text);
        let typed = EventInit::new();
        typed.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict("input", &typed) {
            let _ = area.dispatch_event(&event);
        }
    }

    /// The number that is frozen to a paragraph.
    fn frozen(item: &Element) -> Option<u32> {
        part::<HtmlInputElement>(item, "[name=p_number]")?.value().parse().ok()
    }

    fn item_of(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(LIVE).ok().flatten()
    }

    impl Editor {
        fn listen(self: Rc<Self>) {
            for name in ["input", "change"] {
                let editor = self.clone();
                on(&self.form, name, move |_| editor.touch());
            }
            let editor = self.clone();
            on(&self.form, "change", move |_| editor.ask());
            self.ask();
            self.begin();
            let editor = self.clone();
            on(&self.form, "submit", move |event| editor.submit(&event));
            let editor = self.clone();
            on(&self.list, "click", move |event| _ = editor.undo(&event));
            let editor = self.clone();
            on(&self.list, "keydown", move |event| _ = editor.key(&event));
            let editor = self.clone();
            on(&self.window, "beforeunload", move |event| editor.leave(&event));
            let tick = {
                let editor = self.clone();
                Closure::<dyn FnMut()>::new(move || editor.tick()).into_js_value()
            };
            let _ = self
                .window
                .set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), 1_000);
        }

        /// Shows the questions that come up by what is answered, and hides the others. What was typed in them stays.
        fn ask(&self) {
            let (Ok(asked), Ok(data)) = (
                self.form.query_selector_all("[data-when]"),
                FormData::new_with_form(&self.form),
            ) else {
                return;
            };
            for question in elements(asked) {
                let of = |name: &str| question.get_attribute(name).unwrap_or_default();
                let answers: Vec<String> = data
                    .get_all(&of("data-when"))
                    .iter()
                    .filter_map(|answer| answer.as_string())
                    .filter(|answer| !answer.trim().is_empty())
                    .collect();
                let codes = of("data-codes");
                let asks = match of("data-rule").as_str() {
                    "is" => codes.split(' ').any(|code| answers.iter().any(|answer| answer == code)),
                    "filled" => !answers.is_empty(),
                    _ => answers.is_empty(),
                };
                let _ = if asks {
                    question.remove_attribute("hidden")
                } else {
                    question.set_attribute("hidden", "")
                };
            }
        }

        fn now(&self) -> f64 {
            self.time.now()
        }

        /// What the page came with may stand nowhere else yet.
        fn begin(&self) {
            let state = match self.form.get_attribute("data-unsaved").as_deref() {
                None => return,
                Some("conflict") => State::Held,
                Some("purpose") => State::Purpose,
                Some("refused") => State::Refused,
                Some(_) => State::Fine,
            };
            self.changed.set(Some(self.now()));
            self.become_state(state);
        }

        /// Something was changed.
        fn touch(&self) {
            let now = self.now();
            self.typed.set(now);
            self.changed.set(self.changed.get().or(Some(now)));
            if self.state.get() == State::Refused {
                self.become_state(State::Fine);
            }
        }

        fn tick(self: &Rc<Self>) {
            let now = self.now();
            if let Some(sent) = self.sent.get() {
                if now - sent > 1_000.0 && self.state.get() == State::Fine {
                    self.say(&self.labels.saving, "");
                }
                return;
            }
            if let Some(changed) = self.changed.get()
                && !matches!(self.state.get(), State::Conflict | State::Held | State::Refused)
                && (now - self.typed.get() >= QUIET || now - changed >= LATEST)
                && now >= self.again.get()
            {
                self.save();
                return;
            }
            if let (State::Fine, Some(saved)) = (self.state.get(), self.saved.get()) {
                let seconds = ((now - saved) / 1_000.0) as u32;
                let (label, number) = if seconds < 60 {
                    (&self.labels.seconds_ago, seconds)
                } else {
                    (&self.labels.minutes_ago, seconds / 60)
                };
                self.say(&self.labels.saved, &label.replace("{n}", &number.to_string()));
            }
        }

        /// Writes the status line; the same words are not announced again.
        fn say(&self, word: &str, ago: &str) {
            for (element, text) in [(&self.word, word), (&self.ago, ago)] {
                if element.text_content().as_deref() != Some(text) {
                    element.set_text_content(Some(text));
                }
            }
        }

        fn become_state(&self, state: State) {
            self.state.set(state);
            let labels = &self.labels;
            let word = match state {
                State::Fine => return,
                State::Offline => &labels.offline,
                State::Failed => &labels.failed,
                State::SignedOut => &labels.signed_out,
                State::Purpose => &labels.purpose,
                State::Conflict => &labels.conflict,
                State::Held => &labels.held,
                State::Refused => &labels.refused,
            };
            self.say(word, "");
            if state == State::Conflict {
                let _ = self.compare.remove_attribute("hidden");
            }
        }

        fn body(&self) -> Option<String> {
            let data = FormData::new_with_form(&self.form).ok()?;
            let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
            params.append("do", "save");
            Some(params.to_string().into())
        }

        /// Sends what is written now; or once more what was sent without an answer, and the rest after it.
        fn save(self: &Rc<Self>) {
            let Some(now) = self.body() else { return };
            let body = self.unsure.take().unwrap_or_else(|| now.clone());
            let since = self
                .changed
                .replace((body != now).then(|| self.now()))
                .unwrap_or_else(|| self.now());
            self.sent.set(Some(self.now()));
            let editor = self.clone();
            spawn_local(async move {
                let answer = editor.send(&body).await;
                editor.sent.set(None);
                let state = match &answer {
                    Err(_) => State::Offline,
                    Ok(answer) => match answer.status() {
                        200 => State::Fine,
                        401 => State::SignedOut,
                        403 => State::Purpose,
                        409 => State::Conflict,
                        413 | 422 => State::Refused,
                        _ => State::Failed,
                    },
                };
                let known = match answer {
                    Ok(answer) if state == State::Fine => editor.take(answer).await,
                    Ok(_) => None,
                    Err(_) => {
                        editor.unsure.replace(Some(body));
                        None
                    }
                };
                // An answer that broke off tells no version: the same is sent again.
                let state = if state == State::Fine && known.is_none() {
                    State::Failed
                } else {
                    state
                };
                if state != State::Fine {
                    editor.changed.set(Some(since));
                    editor.again.set(editor.now() + AGAIN);
                }
                editor.become_state(state);
                editor.go_on(state);
            });
        }

        async fn send(&self, body: &str) -> Result<Response, JsValue> {
            let headers = Headers::new()?;
            headers.set("accept", "application/json")?;
            headers.set("content-type", "application/x-www-form-urlencoded")?;
            let request = RequestInit::new();
            request.set_method("POST");
            request.set_headers(&headers);
            request.set_body(&JsValue::from_str(body));
            request.set_redirect(RequestRedirect::Manual);
            request.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
            JsFuture::from(self.window.fetch_with_str_and_init(&self.form.action(), &request))
                .await?
                .dyn_into()
        }

        /// Takes the new version out of an answer.
        async fn take(&self, answer: Response) -> Option<()> {
            let told = JsFuture::from(answer.json().ok()?).await.ok()?;
            let get = |name: &str| Reflect::get(&told, &name.into()).ok();
            let version = get("version")?.as_f64()?;
            part::<HtmlInputElement>(&self.form, "[name=version]")?.set_value(&version.to_string());
            self.saved.set(Some(self.now()));
            let odd = get("odd").and_then(|odd| odd.as_string());
            self.odd.set_text_content(odd.as_deref());
            Some(())
        }

        /// Presses the button that waited for the text to be saved.
        fn go_on(&self, state: State) {
            let Some(button) = self.then.take() else { return };
            if matches!(state, State::Fine | State::Refused) {
                let _ = self.form.request_submit_with_submitter(Some(&button));
            }
        }

        fn submit(self: &Rc<Self>, event: &Event) {
            let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
            let pressed = button
                .as_ref()
                .and_then(|button| button.get_attribute("value"))
                .unwrap_or_default();
            let stuck = matches!(self.state.get(), State::Conflict | State::Held | State::Refused);
            match pressed.split(':').next().unwrap_or_default() {
                "save" if !stuck => {
                    event.prevent_default();
                    self.touch();
                    if self.sent.get().is_none() {
                        self.save();
                    }
                }
                "next" | "more" if !stuck && (self.changed.get().is_some() || self.sent.get().is_some()) => {
                    event.prevent_default();
                    self.then.replace(button);
                    if self.sent.get().is_none() {
                        self.save();
                    }
                }
                what @ ("add" | "up" | "down" | "split" | "remove") => {
                    event.prevent_default();
                    self.press(what, button);
                }
                _ => self.leaving.set(true),
            }
        }

        fn press(&self, what: &str, button: Option<HtmlElement>) {
            let item = button.as_ref().and_then(|button| button.closest(LIVE).ok().flatten());
            match (what, item) {
                ("add", _) => self.add(),
                ("up", Some(item)) => self.shift(&item, true),
                ("down", Some(item)) => self.shift(&item, false),
                ("split", Some(item)) => self.split(&item),
                ("remove", Some(item)) => self.remove(&item),
                _ => None,
            };
            if let ("up" | "down", Some(button)) = (what, button) {
                focus(&button);
            }
            self.renumber();
            self.touch();
        }

        fn items(&self) -> Vec<Element> {
            self.list
                .query_selector_all(LIVE)
                .map(|list| elements(list).collect())
                .unwrap_or_default()
        }

        /// An empty paragraph, in the language and on the basis of another.
        fn blank(&self, like: Option<&Element>, basis: bool) -> Option<Element> {
            let item: Element = self
                .template
                .as_ref()?
                .content()
                .first_element_child()?
                .clone_node_with_deep(true)
                .ok()?
                .dyn_into()
                .ok()?;
            for name in ["[name=p_language]", "[name=p_basis]"]
                .into_iter()
                .take(if basis { 2 } else { 1 })
            {
                if let (Some(from), Some(to)) = (
                    like.and_then(|like| part::<HtmlSelectElement>(like, name)),
                    part::<HtmlSelectElement>(&item, name),
                ) {
                    to.set_value(&from.value());
                }
            }
            Some(item)
        }

        fn add(&self) -> Option<()> {
            let item = self.blank(self.items().last(), false)?;
            self.list.append_child(&item).ok()?;
            focus(&text_of(&item)?);
            Some(())
        }

        fn shift(&self, item: &Element, up: bool) -> Option<()> {
            if frozen(item).is_some() {
                return None;
            }
            let items = self.items();
            let at = items.iter().position(|other| other == item)?;
            let (first, second) = if up {
                (items.get(at.checked_sub(1)?)?, item)
            } else {
                (item, items.get(at + 1)?)
            };
            if up {
                self.list.insert_before(second, Some(first)).ok()?;
            } else {
                self.list.insert_before(first, second.next_sibling().as_ref()).ok()?;
            }
            Some(())
        }

        /// Divides a paragraph at the caret. The number stays with the first part.
        fn split(&self, item: &Element) -> Option<()> {
            let text = text_of(item)?;
            let caret = text.selection_start().ok()??;
            let whole = JsString::from(text.value());
            let (first, rest) = (
                String::from(whole.slice(0, caret)),
                String::from(whole.slice(caret, whole.length())),
            );
            let next = self.blank(Some(item), true)?;
            self.list.insert_before(&next, item.next_sibling().as_ref()).ok()?;
            write(&text, first.trim_end());
            let text = text_of(&next)?;
            write(&text, rest.trim_start());
            focus(&text);
            text.set_selection_range(0, 0).ok()
        }

        /// Takes a paragraph away; one with text can be put back.
        fn remove(&self, item: &Element) -> Option<()> {
            if frozen(item).is_some() {
                return None;
            }
            if text_of(item)?.value().trim().is_empty() && self.items().len() > 1 {
                let next = item.next_element_sibling().or_else(|| item.previous_element_sibling());
                item.remove();
                focus(&text_of(&next?)?);
                return Some(());
            }
            let gone = self.document.create_element("li").ok()?;
            gone.set_class_name("para");
            gone.set_attribute("data-gone", "").ok()?;
            let said = self.document.create_element("p").ok()?;
            said.set_class_name("muted");
            let undo = self.document.create_element("button").ok()?;
            undo.set_class_name("button button--small");
            undo.set_attribute("type", "button").ok()?;
            undo.set_text_content(Some(&self.labels.undo));
            said.set_text_content(Some(&format!("{} ", self.labels.removed)));
            said.append_child(&undo).ok()?;
            gone.append_child(&said).ok()?;
            self.list.insert_before(&gone, item.next_sibling().as_ref()).ok()?;
            self.show(item, false);
            focus(&undo);
            Some(())
        }

        /// Hides a paragraph, so that it is not sent; or shows it again.
        fn show(&self, item: &Element, shown: bool) {
            let set = |element: &Element, name: &str| {
                if shown {
                    element.remove_attribute(name)
                } else {
                    element.set_attribute(name, "")
                }
            };
            let _ = set(item, "hidden");
            if let Ok(controls) = item.query_selector_all("input, textarea, select, button") {
                for control in elements(controls) {
                    let _ = set(&control, "disabled");
                }
            }
        }

        /// Puts a removed paragraph back: it stands hidden before what says that it is gone.
        fn undo(&self, event: &Event) -> Option<()> {
            let gone = event
                .target()?
                .dyn_into::<Element>()
                .ok()?
                .closest("[data-gone] button")
                .ok()??
                .closest("li")
                .ok()??;
            let item = gone.previous_element_sibling()?;
            gone.remove();
            self.show(&item, true);
            focus(&text_of(&item)?);
            self.renumber();
            self.touch();
            Some(())
        }

        /// Writes numbers, ids and names of the paragraphs anew.
        fn renumber(&self) {
            let items = self.items();
            let mut next = items.iter().filter_map(frozen).max().unwrap_or(0);
            for (index, item) in items.iter().enumerate() {
                let number = frozen(item).unwrap_or_else(|| {
                    next += 1;
                    next
                });
                let number = number.to_string();
                if let Some(shown) = part::<Element>(item, ".para-n") {
                    shown.set_text_content(Some(&number));
                }
                if let Ok(parts) = item.query_selector_all("[data-part]") {
                    for control in elements(parts) {
                        let part = control.get_attribute("data-part").unwrap_or_default();
                        control.set_id(&format!("p{index}{part}"));
                    }
                }
                let Ok(labelled) = item.query_selector_all("[data-label]") else {
                    continue;
                };
                for control in elements(labelled) {
                    if let Some(label) = control.get_attribute("data-label") {
                        let _ = control.set_attribute("aria-label", &label.replace("{n}", &number));
                    }
                    if let Some(value) = control.get_attribute("value") {
                        let what = value.split(':').next().unwrap_or_default();
                        let _ = control.set_attribute("value", &format!("{what}:{index}"));
                    }
                }
            }
        }

        /// Alt with an arrow moves the paragraph.
        fn key(&self, event: &Event) -> Option<()> {
            let key = event.dyn_ref::<KeyboardEvent>()?;
            let up = match key.key().as_str() {
                "ArrowUp" if key.alt_key() => true,
                "ArrowDown" if key.alt_key() => false,
                _ => return None,
            };
            event.prevent_default();
            self.shift(&item_of(event)?, up)?;
            focus(&event.target()?);
            self.renumber();
            self.touch();
            Some(())
        }

        /// Warns only of what would be lost. A page that was blanked in haste is left without a question.
        fn leave(&self, event: &Event) {
            let unsaved = self.changed.get().is_some() || self.sent.get().is_some();
            if unsaved && !self.leaving.get() && self.form.is_connected() {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("1");
                }
            }
        }
    }
}
