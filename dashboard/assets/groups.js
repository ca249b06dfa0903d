/* The page of groups by keys alone. */
(function () {
    "use strict";

    const CARD = ".group-card";
    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.groups = {
        /* Say on the buttons how many groups they are about. */
        countStrangers(chosen, offered, all) {
            const say = (number) => `${number.toLocaleString("en")} group${number === 1 ? "" : "s"}`;
            const shown = (chosen || []).length;
            const everybody = all - (offered.length - shown);
            const kept = offered.length - shown;
            const some = kept ? `Ignore ${say(shown)}, keep ${kept.toLocaleString("en")}` : `Ignore ${say(shown)}`;
            return [shown ? some : `Keep ${say(kept)}`, `Ignore all ${say(everybody)}`];
        },
    };

    const isTyping = (target) => target.matches("input, textarea, select, [contenteditable=true]");
    const cards = () => [...document.querySelectorAll(CARD)];

    function focusOn(element) {
        element.focus({ preventScroll: true });
        element.scrollIntoView({ block: "center", behavior: "smooth" });
    }

    /* Go to the group before or after; from outside of any to the first. */
    function goOn(card, step) {
        const all = cards();
        const next = card ? all.indexOf(card) + step : 0;
        if (all[next]) focusOn(all[next]);
    }

    /* Go to the face before or after in a group. */
    function goToFace(card, target, step) {
        const faces = [...card.querySelectorAll(".face-card")];
        const at = faces.indexOf(target.closest(".face-card"));
        const next = at < 0 ? (step > 0 ? 0 : faces.length - 1) : at + step;
        if (faces[next]) faces[next].focus();
    }

    const nameOf = (card) => card.querySelector(".name-input input");

    function press(selector, card) {
        const button = card.querySelector(selector);
        if (button) button.click();
        return Boolean(button);
    }

    /* Do what a key means in a group; tell whether it means anything. */
    function inCard(event, card) {
        const key = event.key.toLowerCase();
        if (key === "arrowleft" || key === "arrowright") {
            goToFace(card, event.target, key === "arrowright" ? 1 : -1);
            return true;
        }
        if (key === "enter" && (event.target === card || event.target.closest(".face-card"))) {
            nameOf(card).focus();
            return true;
        }
        if (key === "y") return press(".suggestion:not([hidden])", card);
        if (key === "i") return press(".name-ignore", card);
        if (key === "e") return press(".expand", card);
        return false;
    }

    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        if (!document.querySelector(".groups-page") || document.querySelector("dialog[open]")) return;
        const card = event.target.closest(CARD);
        const vertical = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (isTyping(event.target)) {
            // The first Esc closes the list of names, the next one leaves the field.
            const listed = event.target.getAttribute("aria-expanded") === "true";
            if (event.key === "Escape" && card && !listed) card.focus();
            if (vertical && card && event.target.value === "") goOn(card, vertical);
            return;
        }
        if (vertical) goOn(card, vertical);
        else if (!card || !inCard(event, card)) return;
        event.preventDefault();
    }

    /* After a face is clicked out, what is typed is the name of the others. */
    function onClick(event) {
        const card = event.target.closest(".face-card") && event.target.closest(CARD);
        const isMouse = event.detail > 0 && !window.dash_clientside.faceLabeler.isTouch();
        if (card && isMouse) setTimeout(() => nameOf(card).focus({ preventScroll: true }));
    }

    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick, true);
})();
