/* On the page of groups one types ahead: Enter goes on to the next group at once, whatever the
   server is doing, and what is typed stays, though the groups are drawn anew around it. */
(function () {
    "use strict";

    const FIELD = ".group-card .name-input input";
    const PATIENCE = 10000; // ms after which held keys go wherever they can

    const fields = () => [...document.querySelectorAll(FIELD)];
    const whereOf = (field) => JSON.parse(field.id).where;
    const fieldOf = (where) => fields().find((field) => whereOf(field) === where);

    let sent = new Set(); // the groups whose decision the server has not answered yet
    let emptied = new Set(); // groups whose text has served its purpose
    let known = null; // the groups on the page when there was no next one: go on with a new one
    let held = null; // keys pressed while the field that they are meant for is not ready
    let busy = false; // something is being written, or Enter was pressed and nothing sent yet
    const unshown = new Map(); // what fields do not show yet, by group
    let patience = null; // no key is held for ever
    let drawings = 0;
    let latest = 0; // the serial number of the last answer that was noted
    let watcher = new MutationObserver(() => {});

    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.typingAhead = {
        /* Put the groups on the page as the server drew them, with what their fields show now. */
        draw(drawn) {
            const no = window.dash_clientside.no_update;
            if (!drawn) return [no, no];
            const page = document.querySelector(".groups-page");
            const isFirst = Boolean(page) && !page.dataset.begun;
            if (isFirst) {
                page.dataset.begun = "yes";
                [sent, emptied, known, held] = [new Set(), new Set(), null, null];
            }
            keep(drawn.body, shownNow());
            emptied.clear();
            const number = ++drawings;
            const cursor = cursorNow();
            if (cursor || known) hold();
            whenDrawn(number, () => {
                markSent();
                if (known) goOn();
                else if (cursor) putBack(cursor);
                else if (isFirst) begin();
                if (!known) letGo();
            });
            return [[...drawn.body, mark(number)], drawn.more];
        },

        /* Note what has been answered: its text, if it was taken, is not wanted any more. */
        answered(done) {
            const news = ((done && done.recent) || []).filter((one) => one.serial > latest);
            news.forEach(({ serial, where, sent: taken }) => {
                latest = serial;
                if (sent.delete(where) && taken === where) emptied.add(where);
            });
            if (news.length) markSent();
            return window.dash_clientside.no_update;
        },

        isWaiting: () => held !== null || known !== null,
    };

    /* Return by group what its field shows, and which faces are in and which are clicked away. */
    function shownNow() {
        const shown = new Map();
        fields().forEach((field) => {
            const where = whereOf(field);
            const faces = [...field.closest(".group-card").querySelectorAll(".face-card")];
            const ticked = new Map(
                faces.map((face) => [face.dataset.face, face.hasAttribute("data-checked")]),
            );
            const text = unshown.get(where) ?? field.value;
            if (!emptied.has(where)) shown.set(where, { text, ticked });
        });
        emptied.forEach((where) => shown.set(where, { text: "", ticked: new Map() }));
        return shown;
    }

    /* Give the groups on a drawing what those on the page show. */
    function keep(node, shown) {
        if (Array.isArray(node)) node.forEach((one) => keep(one, shown));
        else if (node && node.props) {
            const { id, value, children } = node.props;
            const here = id && shown.get(id.where);
            if (here && id.part === "name") node.props.value = here.text;
            if (here && id.part === "chosen") node.props.value = stillTicked(value, here.ticked);
            if (typeof children === "object") keep(children, shown);
        }
    }

    function stillTicked(drawn, ticked) {
        const now = [...ticked.keys()].filter((face) => ticked.get(face));
        return [...new Set([...drawn.filter((face) => ticked.get(face) !== false), ...now])];
    }

    function mark(number) {
        const props = { hidden: true, className: `drawn-${number}` };
        return { namespace: "dash_html_components", type: "Span", props };
    }

    /* Go on as soon as the page shows a drawing, before anything else can happen to it. */
    function whenDrawn(number, then) {
        watcher.disconnect();
        watcher = new MutationObserver(() => {
            if (!document.querySelector(`.drawn-${number}`)) return;
            watcher.disconnect();
            then();
        });
        watcher.observe(document.getElementById("groups"), { childList: true, subtree: true });
    }

    function cursorNow() {
        const field = document.activeElement;
        if (!field || !field.matches(FIELD)) return null;
        const { selectionStart: from, selectionEnd: to } = field;
        return { where: whereOf(field), at: fields().indexOf(field), from, to };
    }

    function putBack({ where, at, from, to }) {
        const field = fieldOf(where);
        if (!field) return goTo(at);
        if (document.activeElement === field) return;
        field.focus({ preventScroll: true });
        field.setSelectionRange(from, to);
    }

    function goTo(at) {
        const all = fields();
        if (all.length) all[Math.min(at, all.length - 1)].focus();
    }

    /* Go on with the first group that came to the page since, however many went at once; unless all
       still wait for answers. */
    function goOn() {
        const all = fields();
        const isNew = (field) => isFree(field) && !known.has(whereOf(field));
        const next = all.find(isNew) || all.reverse().find(isFree);
        if (next) next.focus();
        if (next || !sent.size) known = null;
    }

    const isFree = (field) => !sent.has(whereOf(field));

    /* Begin where the first name is to be typed. */
    function begin() {
        const isIdle = document.activeElement === document.body; // nobody is at work elsewhere
        const [first] = fields();
        if (first && isIdle && !window.dash_clientside.faceLabeler.isTouch()) {
            first.focus({ preventScroll: true });
        }
    }

    function markSent() {
        fields().forEach((field) => {
            field.closest(".group-card").classList.toggle("is-sent", !isFree(field));
        });
    }

    function hold() {
        held = held || [];
        clearTimeout(patience);
        patience = setTimeout(letGo, PATIENCE);
    }

    /* Type the keys that were held into the field that has the cursor now. */
    function letGo() {
        if (busy) return;
        const keys = held || [];
        const field = document.activeElement;
        if (!keys.length || !field || !field.matches(FIELD)) {
            [held, known] = [null, null];
            clearTimeout(patience);
            return;
        }
        const end = keys.indexOf("Enter");
        held = end < 0 ? [] : keys.slice(end + 1); // what comes after Enter is for the next field
        known = null;
        const where = whereOf(field);
        const text = typed(field, end < 0 ? keys : keys.slice(0, end));
        const go = end < 0 ? letGo : () => press(where);
        if (text === field.value) go();
        else write(where, text, go);
    }

    /* Return what a field shows once some keys were typed into it, and put the cursor there. */
    function typed(field, keys) {
        let [text, from, to] = [field.value, field.selectionStart, field.selectionEnd];
        keys.forEach((key) => {
            if (key === "Backspace" && from === to) from = Math.max(from - 1, 0);
            const letter = key === "Backspace" ? "" : key;
            text = text.slice(0, from) + letter + text.slice(to);
            from = to = from + letter.length;
        });
        return text;
    }

    /* Write into the field of a group, and go on when it shows that: React has to hear of it. */
    function write(where, text, then, tries = 200) {
        const field = fieldOf(where);
        const isDone = !field || !tries || (tries < 200 && field.value === text);
        busy = !isDone;
        if (isDone) {
            unshown.delete(where);
            then();
            return;
        }
        unshown.set(where, text);
        if (tries % 20 === 0) {
            const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
            set.call(field, text);
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }
        setTimeout(write, 5, where, text, then, tries - 1);
    }

    /* Make the name of a group final; its field takes over a suggestion first, if one is marked. */
    function press(where) {
        hold();
        busy = true;
        setTimeout(() => {
            busy = false;
            const field = fieldOf(where);
            if (field && field.value.trim()) window.dash_clientside.faceLabeler.submitName(field);
            else letGo();
        });
    }

    /* Hold what is typed while its field is being made or the cursor is on its way there. */
    function onKey(event) {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
        const isElsewhere = event.target.matches("input, textarea") && !event.target.matches(FIELD);
        if (held && !isElsewhere) {
            const isText = event.key.length === 1 || event.key === "Backspace" || event.key === "Enter";
            if (!isText) return;
            held.push(event.key);
            event.preventDefault();
            event.stopImmediatePropagation();
        } else if (event.key === "Enter" && event.target.matches(FIELD)) {
            if (!event.target.value.trim()) return;
            press(whereOf(event.target));
        }
    }

    /* Hold what comes without a key, too, such as a letter that was put together of two. */
    function onInput(event) {
        if (!held || !event.cancelable || !event.data || !event.target.matches(FIELD)) return;
        held.push(...event.data);
        event.preventDefault();
    }

    /* Whatever was said of a group, go on with the next one. */
    function onSubmit(event) {
        const button = event.target.closest(".group-card .name-row button");
        if (!button || button.matches(".candidate")) return; // a candidate presses the button itself
        const field = button.closest(".group-card").querySelector(".name-input input");
        if (button.matches(".name-submit") && !field.value.trim()) return;
        const all = fields();
        const at = all.indexOf(field);
        sent.add(whereOf(field));
        markSent();
        const next = all.slice(at + 1).find(isFree);
        hold();
        if (next) {
            next.focus({ preventScroll: true });
            next.closest(".group-card").scrollIntoView({ block: "nearest" });
            setTimeout(letGo);
        } else {
            known = new Set(all.map(whereOf)); // the cursor stays: all that is typed comes by here
        }
    }

    document.addEventListener("keydown", onKey, true);
    document.addEventListener("beforeinput", onInput, true);
    document.addEventListener("click", onSubmit); // after what looks where the cursor is
})();
