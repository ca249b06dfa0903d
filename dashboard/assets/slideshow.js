/* The page of shows in the browser: keys, buttons and drags that edit the plan, and its captions. */
(function () {
    "use strict";

    const SLIDE = ".show-slide";
    const TYPED = ".show-caption, .show-titles input";
    const PATIENCE = 8000; // milliseconds after which changes that went astray are given up
    let waiting = []; // changes that are still to be sent
    let sent = 0; // when those were sent that are not answered yet; 0 = all are
    let next = null; // the slide that is worked on, by its photo, also while the strip is drawn anew
    let started = null; // the field that has the focus, and what stood in it before
    let dragged = null; // the photo that is being moved by the pointer
    let gone = new Set(); // photos whose slides were left out and may be on the page still

    const set = (id, props) => window.dash_clientside.set_props(id, props);
    const find = (what) => document.querySelector(what);
    const slides = () => [...document.querySelectorAll(SLIDE)];
    const ofPhoto = (photo) => find(`${SLIDE}[data-photo="${photo}"]`);
    const isTyping = (target) => target.matches("input, textarea, select, [contenteditable=true]");

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.faceLabelerShow = {
        /* The strip has come anew: keep the focus where it was, and what is being typed. */
        drawn() {
            gone = new Set();
            const field = started && { id: started.id, text: started.last };
            // React needs a moment to put the slides on the page.
            [0, 60, 200].forEach((wait) => setTimeout(() => settle(field), wait));
            return "show-plan";
        },

        /* The server has made the changes that were sent. */
        answered(at) {
            if (at) sendWaiting();
            return window.dash_clientside.no_update;
        },
    };

    function settle(field) {
        if (field && started && started.id === field.id) {
            const element = document.getElementById(field.id);
            if (element && element.value !== started.last) set(idOf(element), { value: started.last });
            return;
        }
        const slide = next && ofPhoto(next.photo);
        if (!slide) return;
        const button = next.what && slide.querySelector(`[data-show=${next.what}]:not(:disabled)`);
        const wanted = button || slide;
        if (document.activeElement !== wanted) wanted.focus();
    }

    /* Send a change; those that are made before the answer follow together, so none gets lost. */
    function send(what, more) {
        waiting.push({ what, ...more });
        if (!sent || Date.now() - sent > PATIENCE) sendWaiting();
    }

    function sendWaiting() {
        sent = waiting.length ? Date.now() : 0;
        if (sent) set("show-edit", { data: { edits: waiting, at: `${sent}-${Math.random()}` } });
        waiting = [];
    }

    /* Do to a slide what a key or a button says. */
    function change(slide, what, button) {
        const photo = Number(slide.dataset.photo);
        next = { photo, what: button && what };
        if (what === "back") send("step", { photo, by: -1 });
        else if (what === "on") send("step", { photo, by: 1 });
        else if (what === "pin") send("pin", { photo });
        else if (what === "drop") drop(slide, photo);
    }

    function drop(slide, photo) {
        if (gone.has(photo)) return;
        const all = slides();
        const neighbour = all[all.indexOf(slide) + 1] || all[all.indexOf(slide) - 1];
        if (neighbour) {
            gone.add(photo);
            next = { photo: Number(neighbour.dataset.photo) };
        }
        send("drop", { photo });
    }

    function onClick(event) {
        const button = event.target.closest("[data-show]");
        const slide = event.target.closest(SLIDE);
        if (button) {
            const what = button.dataset.show;
            if (slide) change(slide, what, true);
            else if (what === "undo") send("undo");
            else if (what === "to-making") goToMaking();
            else if (what === "play") window.faceLabelerPlayer.play(find(`${SLIDE}[data-selected]`));
        } else if (slide && event.target.matches(".show-picture")) {
            slide.focus();
        }
    }

    function goToMaking() {
        const card = find("#show-making");
        card.scrollIntoView({ block: "center" });
        card.querySelector("input").focus({ preventScroll: true });
    }

    /* Do what a key means on a slide; tell whether it means anything. */
    function press(event, slide) {
        const key = event.key.toLowerCase();
        const step = { arrowleft: -1, arrowright: 1 }[key];
        if (step && event.altKey) change(slide, step < 0 ? "back" : "on");
        else if (event.altKey || event.ctrlKey || event.metaKey) return false;
        else if (step) goTo(slides()[slides().indexOf(slide) + step]);
        else if (key === "home" || key === "end") goTo(slides().at(key === "home" ? 0 : -1));
        else if (key === "delete" || key === "x") change(slide, "drop");
        else if (key === "p") change(slide, "pin");
        else if (event.target.matches("button")) return false;
        else if (key === "enter") slide.querySelector(".show-caption").focus();
        else if (key === " ") window.faceLabelerPlayer.play(slide);
        else return false;
        return true;
    }

    function goTo(slide) {
        if (!slide) return;
        next = { photo: Number(slide.dataset.photo) };
        slide.focus();
    }

    function onKey(event) {
        if (event.isComposing || !find(".show-page") || find("dialog[open]")) return;
        const around = event.target.closest(SLIDE);
        if (isTyping(event.target)) {
            if (event.key === "Escape" && around) goTo(around);
            return;
        }
        // While the strip is drawn anew, the focus may be on another slide for a moment.
        const isMeant = next && (around || event.target === document.body);
        const slide = (isMeant && ofPhoto(next.photo)) || around;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
            if (slide) next = { photo: Number(slide.dataset.photo) };
            send("undo");
        } else if (!slide || !press(event, slide)) {
            return;
        }
        event.preventDefault();
    }

    /* Captions and titles are sent when their field is left. */
    function onFocus(event) {
        const { target } = event;
        const slide = target.closest(SLIDE);
        if (slide) slides().forEach((one) => one.toggleAttribute("data-selected", one === slide));
        // Whoever goes somewhere else meanwhile is not called back.
        if (next && (!slide || Number(slide.dataset.photo) !== next.photo)) next = null;
        if (!target.matches(TYPED)) return;
        next = null;
        started = { id: target.id, before: target.value, last: target.value };
    }

    function onInput(event) {
        if (started && event.target.id === started.id) started.last = event.target.value;
    }

    function onBlur(event) {
        if (!started || event.target.id !== started.id) return;
        const { before, last } = started;
        started = null;
        if (last === before) return;
        const slide = event.target.closest(SLIDE);
        if (slide) send("caption", { photo: Number(slide.dataset.photo), text: last });
        else send("entitle", { title: find("#show-title").value, subtitle: find("#show-subtitle").value });
    }

    const idOf = (element) => (element.id.startsWith("{") ? JSON.parse(element.id) : element.id);

    /* -- moving by the pointer -------------------------------------------------------------- */
    function onDrag(event) {
        if (!event.target.matches(".show-picture")) return;
        dragged = Number(event.target.closest(SLIDE).dataset.photo);
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
    }

    function isAfter(event, slide) {
        const box = slide.getBoundingClientRect();
        return event.clientX > box.left + box.width / 2;
    }

    function onDragOver(event) {
        const slide = dragged !== null && event.target.closest(SLIDE);
        if (!slide) return;
        event.preventDefault();
        forgetTargets();
        slide.dataset.target = isAfter(event, slide) ? "after" : "before";
    }

    function onDrop(event) {
        const slide = dragged !== null && event.target.closest(SLIDE);
        if (!slide) return;
        event.preventDefault();
        const all = slides();
        const other = isAfter(event, slide) ? all[all.indexOf(slide) + 1] : slide;
        const before = other ? Number(other.dataset.photo) : null;
        next = { photo: dragged };
        if (before !== dragged) send("move", { photo: dragged, before });
        onDragEnd();
    }

    function onDragEnd() {
        dragged = null;
        forgetTargets();
    }

    function forgetTargets() {
        document.querySelectorAll("[data-target]").forEach((slide) => delete slide.dataset.target);
    }

    document.addEventListener("click", onClick);
    document.addEventListener("keydown", onKey);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", onBlur);
    document.addEventListener("input", onInput, true);
    document.addEventListener("pointerdown", () => { next = null; }, true);
    document.addEventListener("dblclick", (event) => {
        const slide = event.target.matches(".show-picture") && event.target.closest(SLIDE);
        if (slide) window.faceLabelerPlayer.play(slide);
    });
    document.addEventListener("dragstart", onDrag);
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("drop", onDrop);
    document.addEventListener("dragend", onDragEnd);
})();
