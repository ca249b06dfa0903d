/* The page of questions in the browser: keys, clicks on faces, the photo of the face looked at. */
(function () {
    "use strict";

    const PATIENCE = 8000; // milliseconds after which an answer that went astray may be repeated
    let sent = null; // key of the question whose answer is on its way, and when it was sent
    let serial = 0;
    let lastShown = null; // the element of the question that was shown last

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabelerReview = {
        /* A question, perhaps the same one again, has come. */
        shown() {
            const whenDrawn = (patience) => {
                const question = current();
                // React needs a moment to put the new question on the page.
                if (patience && (!question || question === lastShown)) {
                    setTimeout(whenDrawn, 20, patience - 1);
                    return;
                }
                sent = null;
                if (!question) return;
                question.classList.remove("answered");
                if (question === lastShown) return;
                lastShown = question;
                const title = question.querySelector(".review-title");
                if (title) title.focus({ preventScroll: true });
                window.scrollTo(0, 0);
            };
            whenDrawn(25);
            return window.dash_clientside.no_update;
        },
    };

    function current() {
        return document.querySelector(".review-question");
    }

    function answer(what, person) {
        const question = current();
        const key = question.dataset.question;
        const now = Date.now();
        if (sent && sent.key === key && now - sent.at < PATIENCE) return;
        sent = { key, at: now };
        question.classList.add("answered");
        const marked = (kind, pressed) =>
            [...question.querySelectorAll(`[data-${kind}][aria-pressed=${pressed}]`)].map((button) =>
                Number(button.dataset[kind])
            );
        const said = { question: key, what, person, out: marked("pick", false) };
        said.wrong = marked("tile", true);
        said.serial = now + (serial += 1); // the same answer twice is two answers
        window.dash_clientside.set_props("review-answer", { data: said });
    }

    function pressAnswer(button) {
        const what = button.dataset.answer;
        if (what !== "name" || button.dataset.person) {
            answer(what, button.dataset.person);
            return;
        }
        const input = nameField();
        if (input.value.trim()) answer("name", input.value);
        else input.focus();
    }

    function nameField() {
        const question = current();
        return question && question.querySelector(".name-input input");
    }

    /* Take a face out or in again; mark a tile as wrong or right again. */
    function toggle(button) {
        const pressed = button.getAttribute("aria-pressed") === "true";
        button.setAttribute("aria-pressed", String(!pressed));
        const question = current();
        const confirm = question.querySelector("[data-answer=confirm] span");
        if (!confirm) return;
        const wrong = question.querySelectorAll("[data-tile][aria-pressed=true]").length;
        const right = question.querySelectorAll("[data-tile]").length - wrong;
        confirm.textContent = wrong ? `${wrong} wrong, ${right} right` : "All are right";
    }

    /* Show the photo of the face that the pointer or the focus is on. */
    function showPhoto(face) {
        const question = face.closest(".review-question");
        const side = face.closest(".side");
        const place = side ? [...side.parentElement.children].indexOf(side) : 0;
        const figures = question ? question.querySelectorAll(".photo") : [];
        const figure = figures[place] || figures[0]; // only two groups have a photo each
        if (!figure) return;
        const [left, top, width, height] = face.dataset.box.split(" ").map((part) => `${part}%`);
        const image = figure.querySelector("img");
        if (image.getAttribute("src") !== face.dataset.photo) image.src = face.dataset.photo;
        figure.querySelector(".photo-frame").style.setProperty("--ratio", face.dataset.ratio);
        Object.assign(figure.querySelector(".evidence-box").style, { left, top, width, height });
        const link = figure.querySelector("figcaption a");
        link.textContent = face.dataset.caption;
        link.href = face.dataset.page;
    }

    const KEYS = { y: "yes", n: "no", s: "skip", i: "ignore" };

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const question = current();
        if (!question || event.repeat) return;
        if (event.target.matches("input, textarea, select, [contenteditable=true]")) {
            if (event.key === "Escape") question.querySelector(".review-title").focus();
            return;
        }
        if (!document.querySelector("dialog[open]") && press(event, question)) {
            event.preventDefault();
        }
    }

    /* Do what a key means; tell whether it means anything. */
    function press(event, question) {
        const find = (what) => question.querySelector(what);
        const onTitle = event.target.matches("body, .review-title");
        let button = null;
        if (event.key === "Enter" && (onTitle || event.target.matches("[data-tile]"))) {
            button = find("[data-answer=confirm]");
        } else if (event.key === "/" || (event.key === "Tab" && !event.shiftKey && onTitle)) {
            const input = nameField();
            if (input) input.focus();
            return Boolean(input);
        } else if (/^[1-9]$/.test(event.key)) {
            button = find(`[data-choice="${event.key}"]`);
        } else {
            const what = KEYS[event.key.toLowerCase()];
            button = what && find(`[data-answer=${what}]`);
        }
        if (button) button.click();
        return Boolean(button);
    }

    function onClick(event) {
        const button = event.target.closest("[data-answer], [data-pick], [data-tile]");
        if (!button) return;
        if (button.dataset.answer) pressAnswer(button);
        else toggle(button);
    }

    function onLook(event) {
        const face = event.target.closest && event.target.closest("[data-photo]");
        if (face) showPhoto(face);
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick);
    document.addEventListener("mouseover", onLook);
    document.addEventListener("focusin", onLook);
})();
