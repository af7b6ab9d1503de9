//! A list of records to choose from while one types a name or a code (`parts::picker`).
//!
//! It has no properties: what it needs to know stands on the markup around it. Names come by POST, so that none is ever
//! in an address, and go into the page as text.

use leptos::prelude::*;

/// The list under a picker's input.
#[island]
pub fn Picker() -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    root.on_load(|root| {
        awake::wake(&root);
    });
    view! {
        <div node_ref=root>
            <ul class="picker-list" role="listbox" hidden=true></ul>
            <p class="visually-hidden" role="status"></p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod awake {
    use js_sys::{Array, Reflect};
    use std::cell::Cell;
    use std::rc::Rc;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{
        Document, Element, Event, EventInit, EventTarget, HtmlElement, HtmlInputElement, KeyboardEvent, RequestInit,
        Response, UrlSearchParams, Window,
    };

    /// How long the fingers rest before it asks, in milliseconds.
    const PAUSE: i32 = 200;

    struct Picker {
        window: Window,
        document: Document,
        input: HtmlInputElement,
        list: HtmlElement,
        status: Element,
        /// Where the chosen record's name is told.
        chosen: Option<Element>,
        kinds: String,
        none: String,
        some: String,
        timer: Cell<i32>,
        /// Number of the last question: late answers to earlier ones are dropped.
        asked: Cell<u32>,
        /// The option that arrows have come to.
        at: Cell<Option<u32>>,
        /// Our own event is on its way.
        telling: Cell<bool>,
    }

    /// Makes the input before the list a combobox.
    pub fn wake(root: &HtmlElement) -> Option<()> {
        let around = root.closest(".picker").ok()??;
        let field = around.closest(".field").ok()??;
        let window = web_sys::window()?;
        let picker = Rc::new(Picker {
            document: window.document()?,
            window,
            input: around.query_selector("input").ok()??.dyn_into().ok()?,
            list: root.query_selector("ul").ok()??.dyn_into().ok()?,
            status: root.query_selector("p").ok()??,
            chosen: field.query_selector("[data-chosen]").ok()?,
            kinds: around.get_attribute("data-kinds")?,
            none: around.get_attribute("data-none")?,
            some: around.get_attribute("data-some")?,
            timer: Cell::new(0),
            asked: Cell::new(0),
            at: Cell::new(None),
            telling: Cell::new(false),
        });
        picker.announce();
        if let Ok(Some(find)) = field.query_selector("button[name=do]") {
            set(&find, "hidden", "");
        }
        let (input, list): (EventTarget, EventTarget) = (picker.input.clone().into(), picker.list.clone().into());
        on(&picker, &input, "input", |picker, _| picker.typed());
        on(&picker, &input, "keydown", |picker, event| {
            if let Some(event) = event.dyn_ref() {
                picker.key(event);
            }
        });
        on(&picker, &input, "blur", |picker, _| picker.close());
        // The focus stays in the input while the pointer is on the list.
        on(&picker, &list, "mousedown", |_, event| event.prevent_default());
        on(&picker, &list, "click", |picker, event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(option) = target.and_then(|target| target.closest("[role=option]").ok().flatten()) {
                picker.choose(&option);
            }
        });
        Some(())
    }

    fn on(picker: &Rc<Picker>, target: &EventTarget, event: &str, run: impl Fn(&Rc<Picker>, &Event) + 'static) {
        let picker = picker.clone();
        let run = Closure::<dyn Fn(Event)>::new(move |event: Event| run(&picker, &event));
        let _ = target.add_event_listener_with_callback(event, run.as_ref().unchecked_ref());
        run.forget();
    }

    fn set(element: &Element, name: &str, value: &str) {
        let _ = element.set_attribute(name, value);
    }

    fn text(item: &JsValue, name: &str) -> String {
        Reflect::get(item, &name.into())
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    }

    impl Picker {
        /// Tells assistive technology what the input is.
        fn announce(&self) {
            let id = format!("{}-list", self.input.id());
            self.list.set_id(&id);
            if let Ok(Some(label)) = self
                .document
                .query_selector(&format!("label[for=\"{}\"]", self.input.id()))
            {
                set(&self.list, "aria-label", &label.text_content().unwrap_or_default());
            }
            for (name, value) in [
                ("role", "combobox"),
                ("aria-autocomplete", "list"),
                ("aria-expanded", "false"),
                ("aria-controls", &id),
            ] {
                set(&self.input, name, value);
            }
        }

        fn is_open(&self) -> bool {
            !self.list.has_attribute("hidden")
        }

        fn close(&self) {
            self.window.clear_timeout_with_handle(self.timer.get());
            self.asked.set(self.asked.get() + 1);
            self.at.set(None);
            set(&self.list, "hidden", "");
            set(&self.input, "aria-expanded", "false");
            let _ = self.input.remove_attribute("aria-activedescendant");
        }

        fn open(&self) {
            let _ = self.list.remove_attribute("hidden");
            set(&self.input, "aria-expanded", "true");
        }

        fn typed(self: &Rc<Self>) {
            if self.telling.get() {
                return;
            }
            self.forget_choice();
            self.window.clear_timeout_with_handle(self.timer.get());
            let picker = self.clone();
            let ask = Closure::once_into_js(move || picker.ask());
            let timer = self
                .window
                .set_timeout_with_callback_and_timeout_and_arguments_0(ask.unchecked_ref(), PAUSE);
            self.timer.set(timer.unwrap_or(0));
        }

        /// What was chosen before, here or among the radio buttons of a search without script, no longer counts.
        fn forget_choice(&self) {
            if let Some(chosen) = &self.chosen {
                chosen.set_text_content(None);
            }
            let radios = self
                .document
                .query_selector_all(&format!("input[type=radio][name=\"{}\"]", self.input.name()));
            if let Ok(radios) = radios {
                for index in 0..radios.length() {
                    if let Some(radio) = radios
                        .get(index)
                        .and_then(|radio| radio.dyn_into::<HtmlInputElement>().ok())
                    {
                        radio.set_checked(false);
                    }
                }
            }
        }

        fn ask(self: &Rc<Self>) {
            let query = self.input.value();
            if query.trim().chars().count() < 2 {
                self.close();
                return;
            }
            let question = self.asked.get() + 1;
            self.asked.set(question);
            let picker = self.clone();
            spawn_local(async move {
                let hits = picker.hits(&query).await;
                if picker.asked.get() == question {
                    match hits {
                        Ok(hits) => picker.show(&hits),
                        Err(_) => picker.close(),
                    }
                }
            });
        }

        async fn hits(&self, query: &str) -> Result<Array, JsValue> {
            let form = UrlSearchParams::new()?;
            form.append("q", query);
            form.append("kinds", &self.kinds);
            let request = RequestInit::new();
            request.set_method("POST");
            request.set_body(&form);
            let answer: Response = JsFuture::from(self.window.fetch_with_str_and_init("/pick", &request))
                .await?
                .dyn_into()?;
            if !answer.ok() {
                return Err(JsValue::NULL);
            }
            JsFuture::from(answer.json()?).await?.dyn_into()
        }

        fn show(&self, hits: &Array) {
            self.list.set_text_content(None);
            self.at.set(None);
            let _ = self.input.remove_attribute("aria-activedescendant");
            for (index, hit) in hits.iter().enumerate() {
                if let Ok(option) = self.option(index, &hit) {
                    let _ = self.list.append_child(&option);
                }
            }
            let told = if hits.length() == 0 {
                self.none.clone()
            } else {
                format!("{} {}", self.some, hits.length())
            };
            if hits.length() == 0
                && let Ok(none) = self.element("li", &self.none)
            {
                set(&none, "class", "picker-none");
                let _ = self.list.append_child(&none);
            }
            self.status.set_text_content(Some(&told));
            self.open();
        }

        fn option(&self, index: usize, hit: &JsValue) -> Result<Element, JsValue> {
            let (code, title) = (text(hit, "code"), text(hit, "title"));
            let option = self.document.create_element("li")?;
            option.set_id(&format!("{}-{index}", self.list.id()));
            for (name, value) in [
                ("role", "option"),
                ("aria-selected", "false"),
                ("data-code", &code),
                ("data-title", &title),
            ] {
                set(&option, name, value);
            }
            let name = self.element("b", &title)?;
            set(&name, "dir", "auto");
            let facts = self.element("span", &text(hit, "note"))?;
            set(&facts, "class", "muted");
            let shown = self.element("bdi", &code)?;
            set(&shown, "class", "code");
            for part in [name, facts, shown] {
                option.append_child(&part)?;
            }
            Ok(option)
        }

        fn element(&self, name: &str, content: &str) -> Result<Element, JsValue> {
            let element = self.document.create_element(name)?;
            element.set_text_content(Some(content));
            Ok(element)
        }

        fn options(&self) -> Vec<Element> {
            let children = self.list.children();
            (0..children.length())
                .filter_map(|index| children.item(index))
                .filter(|child| child.has_attribute("data-code"))
                .collect()
        }

        fn key(self: &Rc<Self>, event: &KeyboardEvent) {
            if event.is_composing() {
                return;
            }
            let active = || self.at.get().and_then(|at| self.options().into_iter().nth(at as usize));
            match event.key().as_str() {
                "ArrowDown" if !self.is_open() => {
                    event.prevent_default();
                    self.ask();
                }
                "ArrowDown" => self.step(event, true),
                "ArrowUp" if self.is_open() => self.step(event, false),
                "Enter" if self.is_open() => {
                    if let Some(option) = active() {
                        event.prevent_default();
                        self.choose(&option);
                    }
                }
                "Escape" if self.is_open() => {
                    event.prevent_default();
                    self.close();
                }
                _ => {}
            }
        }

        /// Goes to the next or the previous option, around the end.
        fn step(&self, event: &KeyboardEvent, on: bool) {
            event.prevent_default();
            let options = self.options();
            let Ok(count) = u32::try_from(options.len()) else {
                return;
            };
            if count == 0 {
                return;
            }
            let next = match (self.at.get(), on) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            };
            self.at.set(Some(next));
            for (index, option) in (0..count).zip(&options) {
                set(option, "aria-selected", if index == next { "true" } else { "false" });
                if index == next {
                    set(&self.input, "aria-activedescendant", &option.id());
                    self.reveal(option);
                }
            }
        }

        /// Scrolls the list, and never the page, to an option.
        fn reveal(&self, option: &Element) {
            let Some(option) = option.dyn_ref::<HtmlElement>() else {
                return;
            };
            let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
            if top < self.list.scroll_top() {
                self.list.set_scroll_top(top);
            } else if bottom > self.list.scroll_top() + self.list.client_height() {
                self.list.set_scroll_top(bottom - self.list.client_height());
            }
        }

        fn choose(&self, option: &Element) {
            self.forget_choice();
            self.input
                .set_value(&option.get_attribute("data-code").unwrap_or_default());
            if let Some(chosen) = &self.chosen {
                chosen.set_text_content(option.get_attribute("data-title").as_deref());
            }
            self.status
                .set_text_content(option.get_attribute("data-title").as_deref());
            self.close();
            // Others on the page (a draft that saves itself) learn of it as if it had been typed.
            let like = EventInit::new();
            like.set_bubbles(true);
            self.telling.set(true);
            for name in ["input", "change"] {
                if let Ok(event) = Event::new_with_event_init_dict(name, &like) {
                    let _ = self.input.dispatch_event(&event);
                }
            }
            self.telling.set(false);
        }
    }
}
